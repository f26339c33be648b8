"""Stored discoveries: report and clusters, whole, verified, and in a list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from herdbook import part
from herdbook.dataset import Dataset
from herdbook.discovery import (
    find_discovery,
    keep_discovery,
    list_discoveries,
    read_clusters,
    read_discovery,
)
from herdbook.errors import DiscoveryError, ReportMissingError
from herdbook.ledger import Ledger
from tests.fixtures.discoveries import find_groups
from tests.fixtures.herd import ANIMALS, make_animals
from training.discover import Discovery


@pytest.fixture(scope="module")
def animals() -> tuple[np.ndarray, Discovery]:
    """Animals and their groups."""
    frame, _ = make_animals(0, 300)
    return frame, find_groups(frame)


def test_discovery_comes_back_with_its_clusters(
    ledger: Ledger, animals: tuple[np.ndarray, Discovery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored clusters assign as before, also when they travel in parts."""
    monkeypatch.setattr(part, "MAX_OBJECT_BYTES", 10_000)
    frame, discovery = animals

    name = keep_discovery(ledger, ANIMALS, discovery.report, discovery.clusters)

    report = read_discovery(ledger, "animals", name)
    clusters = read_clusters(ledger, ANIMALS, report)
    assert report["n_records"] == 300
    assert clusters.assign(frame).cluster.tolist() == discovery.assignment.cluster.tolist()
    stored = [entry.key for entry in ledger.list("clusters/animals/")]
    assert stored[-1].endswith(f"clusters.npz.part-{len(stored) - 1:04d}")


def test_discovery_list_tells_which_was_kept_last(
    ledger: Ledger, animals: tuple[np.ndarray, Discovery]
) -> None:
    """The same one twice in a row is one entry; equal clusters of two reports are stored once."""
    _, discovery = animals
    of = [discovery.report | {"model": model} for model in ("a", "b")]

    first, _, second = (
        keep_discovery(ledger, ANIMALS, report, discovery.clusters) for report in (of[0], of[0], of[1])
    )

    assert [listed.report for listed in list_discoveries(ledger, "animals")] == [first, second]
    assert len(list(ledger.list("clusters/animals/"))) == 1
    assert find_discovery(ledger, "animals", "latest") == second
    assert find_discovery(ledger, "animals", "latest", besides=second) == first
    assert find_discovery(ledger, "animals", first[:8]) == first


@pytest.mark.parametrize("wanted", ["latest", "0" * 8, "0" * 64, "12", "../reports", ""])
def test_discovery_that_is_not_there_is_a_sentence(ledger: Ledger, wanted: str) -> None:
    """Whatever was typed, the sentence says that there is no such report."""
    with pytest.raises(ReportMissingError, match="there is no report"):
        find_discovery(ledger, "animals", wanted)


def test_clusters_of_other_features_are_refused(
    ledger: Ledger, animals: tuple[np.ndarray, Discovery]
) -> None:
    """Old clusters take old frames only; a bound that moved is no other feature."""
    _, discovery = animals
    report = read_discovery(
        ledger, "animals", keep_discovery(ledger, ANIMALS, discovery.report, discovery.clusters)
    )
    first, *rest = ANIMALS.declaration()["features"]
    moved = Dataset.model_validate(ANIMALS.declaration() | {"features": [first | {"maximum": 9}, *rest]})
    fewer = Dataset.model_validate(
        ANIMALS.declaration() | {"features": [first, rest[1]], "labels": _CLUSTERS}
    )

    assert read_clusters(ledger, moved, report).n_clusters == discovery.clusters.n_clusters
    with pytest.raises(DiscoveryError, match="are others than those"):
        read_clusters(ledger, fewer, report)


_CLUSTERS = {"from": "clusters"}


@pytest.mark.parametrize(
    ("change", "said"),
    [(b"", "damaged"), (None, "gone"), ("older", "older than stored clusters")],
)
def test_clusters_that_are_damaged_or_gone_are_refused(
    ledger: Ledger, tmp_path: Path, animals: tuple[np.ndarray, Discovery], change: object, said: str
) -> None:
    """What is not what was stored is never used, and the sentence says what to do."""
    _, discovery = animals
    name = keep_discovery(ledger, ANIMALS, discovery.report, discovery.clusters)
    report = read_discovery(ledger, "animals", name)
    (stored,) = (tmp_path / "ledger/clusters").rglob("clusters.npz")
    if change is None:
        stored.unlink()
    elif change == "older":
        del report["clusters_file"]
    else:
        stored.write_bytes(stored.read_bytes()[:-1] + b"?")

    with pytest.raises(DiscoveryError, match=rf"{said}.*herdbook discover"):
        read_clusters(ledger, ANIMALS, report)
