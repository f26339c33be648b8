"""BentoML's model store, as the cache of model packages on this machine; no other module reads or writes it.

Its `save` copies into place file by file: a package counts as kept only if its manifest agrees with it.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bentoml
from bentoml._internal.configuration.containers import BentoMLContainer
from bentoml.exceptions import BentoMLException, NotFound

from herdbook.errors import PackageError
from herdbook.ledger import Ledger
from herdbook.package import verify_package
from herdbook.registry import fetch
from herdbook.tag import split_tag

MODULE = "herdbook"
LOCK = ".herdbook.lock"


def find(tag: str) -> Path | None:
    """Give the folder of a model that is kept here whole, or None."""
    split_tag(tag)
    try:
        folder = Path(bentoml.models.get(tag).path)
        return folder if verify_package(folder) == tag else None
    except (NotFound, BentoMLException, PackageError, FileNotFoundError):
        return None


def keep(folder: Path, tag: str) -> Path:
    """Copy a package into the store under its tag and give its folder there; twice is as good as once.

    Raises
    ------
    PackageError
        The package is damaged, or is another than the tag says.
    """
    if (found := verify_package(folder)) != tag:
        raise PackageError(tag, problem=f"the folder holds {found}", cure="keep it under its own tag")
    with _alone():
        if (kept := find(tag)) is not None:
            return kept
        _discard(tag)
        with bentoml.models.create(tag, module=MODULE) as model:
            for file in sorted(folder.iterdir()):
                if file.is_file() and file.name != "model.yaml":
                    shutil.copy2(file, model.path_of(file.name))
        return Path(bentoml.models.get(tag).path)


def find_or_fetch(tag: str, ledger: Ledger) -> Path:
    """Give the folder of a model, taken from the ledger if it is not kept here yet.

    Raises
    ------
    ModelMissingError, PackageError, LedgerError
        It is nowhere, damaged, or the ledger cannot be asked.
    """
    if (kept := find(tag)) is not None:
        return kept
    with tempfile.TemporaryDirectory(prefix="herdbook-") as folder:
        return keep(fetch(ledger, tag, Path(folder)), tag)


def _discard(tag: str) -> None:
    """Remove what a copy that was cut short left behind."""
    try:
        bentoml.models.delete(tag)
    except (NotFound, BentoMLException):
        shutil.rmtree(_home() / Path(*split_tag(tag)), ignore_errors=True)


def _home() -> Path:
    return Path(BentoMLContainer.model_store.get()._path)  # noqa: SLF001 - it has no other way to say where it is


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process of this machine write to the store at a time."""
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
