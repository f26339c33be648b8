"""Finished candidates on disk, so that a killed training goes on where it was.

A file is found by the hash of all that decides what is in it. One that is damaged, or of something else, is
taken for absent: then the candidate is fitted again. Two trainings may share a folder, and one may remove it
while the other goes on. What cannot be written is not kept: a full disk ends no training.
"""

from __future__ import annotations

import hashlib
import re
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from herdbook import document
from herdbook.dataset import Dataset
from training.engine.fold import Fold
from training.member import Candidate
from training.split import Rows

CHECKPOINT_FORMAT = 2
ABANDONED_S = 7 * 24 * 3600.0
"""A training that has finished no candidate for so long is not taken up again."""

OWN_FILE = re.compile(r"[0-9a-f]{64}\.npz|\.[0-9a-f]{64}\.[0-9a-f]{32}")


@dataclass(frozen=True, eq=False)
class Run:
    """What a candidate gave over all splits, by kind of inputs.

    Attributes
    ----------
    outer
        Out-of-fold probabilities of the labelled rows: shape (n_kinds, R, n, k).
    inner
        For each outer fold, in order, those of its training rows from the splits inside it, one after the
        other: shape (n_kinds, rows of all folds, k).
    fit_s, predict_s
        Mean CPU-seconds of a fit, and of predicting one row, on the outer splits: shape (n_kinds,).
    cpu_s
        All that it took.
    """

    outer: NDArray[np.float64]
    inner: NDArray[np.float64]
    fit_s: NDArray[np.float64]
    predict_s: NDArray[np.float64]
    cpu_s: NDArray[np.float64]


class Checkpoints:
    """The finished candidates of one training.

    Parameters
    ----------
    folder : Path or None
        Where they lie; its name is the training's recipe. None keeps none.
    origin : str
        Hash of the rows and the plan.
    """

    def __init__(self, folder: Path | None, origin: str) -> None:
        self._folder = folder
        self._origin = origin

    def save(self, candidate: Candidate, kinds: Sequence[str], run: Run) -> None:
        """Write a finished candidate: whole or, where the disk refuses, not at all."""
        if self._folder is None:
            return
        name = self._name(candidate, kinds)
        partial = self._folder / f".{name}.{uuid4().hex}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                np.savez(file, origin=np.array(name), **vars(run))
            partial.replace(self._folder / f"{name}.npz")
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def load(self, candidate: Candidate, kinds: Sequence[str], like: Run) -> Run | None:
        """Read a finished candidate of the shapes of `like`, if there is one."""
        if self._folder is None:
            return None
        name = self._name(candidate, kinds)
        try:
            path = self._folder / f"{name}.npz"
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                found = Run(**{key: archive[key] for key in vars(like)})
                is_ours = str(archive["origin"]) == name
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return found if is_ours and _fits(found, like) else None

    def _name(self, candidate: Candidate, kinds: Sequence[str]) -> str:
        assert self._folder is not None
        facts = {
            "format": CHECKPOINT_FORMAT,
            "recipe": self._folder.name,
            "origin": self._origin,
            "member": candidate.member,
            "settings": candidate.describe(),
            "inputs": list(kinds),
        }
        return hashlib.sha256(document.encode(facts)).hexdigest()


def sweep_abandoned(folder: Path) -> None:
    """Remove what other trainings left in folders beside this one and took up no more for a week.

    A folder that holds anything but checkpoints is left alone, and so is one that cannot be removed.
    """
    with suppress(OSError):
        for other in folder.parent.iterdir():
            if other.name != folder.name and other.is_dir() and not other.is_symlink():
                _sweep(other)


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        files = list(folder.iterdir())
        newest = max(path.lstat().st_mtime for path in (folder, *files))
        if (
            time.time() - newest > ABANDONED_S
            and files
            and all(OWN_FILE.fullmatch(one.name) for one in files)
        ):
            for path in files:
                path.unlink(missing_ok=True)
            folder.rmdir()


def _fits(found: Run, like: Run) -> bool:
    pairs = [(getattr(found, key), expected) for key, expected in vars(like).items()]
    return all(
        got.shape == expected.shape and got.dtype == expected.dtype and bool(np.isfinite(got).all())
        for got, expected in pairs
    )


def blank_run(folds: Sequence[Fold], shape: tuple[int, int, int, int]) -> Run:
    """Make a run of zeros for folds and an outer shape (n_kinds, R, n, k)."""
    n_kinds, n_inner = shape[0], sum(len(fold.outer.y) for fold in folds)
    inner = np.zeros((n_kinds, n_inner, shape[3]))
    return Run(np.zeros(shape), inner, np.zeros(n_kinds), np.zeros(n_kinds), np.zeros(()))


def hash_origin(
    dataset: Dataset, rows: Rows, folds: NDArray[np.int64], *, inner_folds: int, seed: int
) -> str:
    """Hash all that decides what a candidate gives, but the candidate and the code."""
    facts = {
        "dataset": dataset.declaration(),
        "classes": list(rows.classes),
        "names": sorted(rows.names.items()),
        "inner_folds": inner_folds,
        "seed": seed,
    }
    total = hashlib.sha256(document.encode(facts))
    cluster = np.empty(0, dtype=np.int64) if rows.cluster is None else rows.cluster
    for array in (rows.accepted, rows.label, cluster, folds):
        total.update(f"{array.shape}{array.dtype}".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
