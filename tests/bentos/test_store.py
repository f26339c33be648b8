"""BentoML's model store holds whole packages, and nothing half-written counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bentos.store import find, find_or_fetch, keep
from herdbook.errors import ModelMissingError, PackageError
from herdbook.ledger import Ledger
from herdbook.package import verify_package
from herdbook.registry import publish
from tests.fixtures.service import Packages


def test_store_gives_back_what_it_keeps(model_store: Path, two_packages: Packages) -> None:
    """A kept package is found whole under its tag, and only under its tag."""
    folder, tag = two_packages[0]

    kept = keep(folder, tag)

    assert find(tag) == kept
    assert verify_package(kept) == tag
    assert find(two_packages[1][1]) is None


def test_store_keeping_twice_is_as_good_as_once(model_store: Path, two_packages: Packages) -> None:
    """Workers that start together may all keep the same model."""
    folder, tag = two_packages[0]

    with ThreadPoolExecutor(4) as pool:
        kept = set(pool.map(lambda _: keep(folder, tag), range(4)))

    assert len(kept) == 1


def test_store_half_a_copy_is_not_found_and_is_mended(model_store: Path, two_packages: Packages) -> None:
    """A copy that a kill cut short does not count, and the next one takes its place."""
    folder, tag = two_packages[0]
    (keep(folder, tag) / "model.skops").unlink()

    lost = find(tag)
    mended = keep(folder, tag)

    assert lost is None
    assert verify_package(mended) == tag


def test_store_empty_copy_is_mended(model_store: Path, two_packages: Packages) -> None:
    """A folder without a single file, as a kill may leave one, is mended too."""
    folder, tag = two_packages[0]
    Path(model_store, *tag.split(":")).mkdir(parents=True)

    assert verify_package(keep(folder, tag)) == tag


def test_store_fetches_from_the_ledger_once(
    model_store: Path, two_packages: Packages, ledger: Ledger
) -> None:
    """A model of another machine comes from the ledger."""
    folder, tag = two_packages[0]
    publish(ledger, folder)

    fetched = find_or_fetch(tag, ledger)

    assert fetched == find_or_fetch(tag, ledger) == find(tag)


def test_store_unknown_model_is_told(model_store: Path, ledger: Ledger) -> None:
    """A tag that nobody knows is a sentence, not a traceback."""
    with pytest.raises(ModelMissingError):
        find_or_fetch("iris:000000000000", ledger)


def test_store_foreign_package_is_refused(model_store: Path, two_packages: Packages) -> None:
    """A package is kept under its own tag only."""
    with pytest.raises(PackageError, match="keep it under its own tag"):
        keep(two_packages[0][0], two_packages[1][1])


def test_store_holds_no_pickle(model_store: Path, two_packages: Packages) -> None:
    """Nothing that is kept can run code when it is read: BentoML's custom objects would be a pickle."""
    kept = keep(*two_packages[0])

    assert sorted(each.name for each in kept.iterdir()) == [
        "card.json",
        "clusters.npz",
        "manifest.json",
        "model.onnx",
        "model.skops",
        "model.yaml",
    ]
