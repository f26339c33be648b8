"""Stored discoveries: the report, the clusters that it describes, and the list of all of them.

Clusters are stored, so that an old discovery can assign the records of today; they are named by the hash of
their bytes, so that equal clusters of several reports are one object.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from herdbook import document, keys
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.errors import (
    DiscoveryError,
    DiscoveryOutdatedError,
    KeyMissingError,
    KeyTakenError,
    PackageError,
    ReportMissingError,
)
from herdbook.ledger import Ledger
from herdbook.part import read_parts, write_parts
from herdbook.report import read_report, resolve_report, write_report

KIND = "discovery"
"""Kind of the report."""

LATEST = "latest"
FILE = "clusters.npz"
CURE = "discover again with `herdbook discover`"


@dataclass(frozen=True)
class Listed:
    """A discovery in the list: its report, the hash of its clusters, and when it was made."""

    number: int
    report: str
    clusters: str
    time_us: int


def keep_discovery(ledger: Ledger, dataset: Dataset, report: Mapping[str, Any], clusters: Clusters) -> str:
    """Keep a report and its clusters, and return the report's name; the list tells which was kept last.

    The stored report says where its clusters are, and of which features they take frames.
    """
    content = _to_bytes(clusters)
    sha256 = hashlib.sha256(content).hexdigest()
    write_parts(ledger, partial(keys.clusters_file, dataset.name, sha256), FILE, content)
    stored = {"sha256": sha256, "size_bytes": len(content), "features": _columns(dataset)}
    name = write_report(ledger, dataset.name, KIND, {**report, "clusters_file": stored})
    _list(ledger, dataset.name, name, sha256)
    return name


def list_discoveries(ledger: Ledger, dataset: str) -> list[Listed]:
    """Return all discoveries that were kept, the oldest first."""
    return list(_listed(ledger, dataset))


def find_discovery(ledger: Ledger, dataset: str, wanted: str, *, besides: str = "") -> str:
    """Find the whole name of a discovery's report by its first digits; `latest` is the last kept one.

    `besides` is a report that is not meant by `latest`.

    Raises
    ------
    ReportMissingError
        There is none.
    """
    if wanted != LATEST:
        return resolve_report(ledger, dataset, KIND, wanted)
    kept = [listed.report for listed in _listed(ledger, dataset) if listed.report != besides]
    if not kept:
        which = "another, earlier" if besides else "an earlier"
        raise ReportMissingError(f"of {which} discovery on dataset {dataset}", cure=CURE)
    return kept[-1]


def read_discovery(ledger: Ledger, dataset: str, name: str) -> dict[str, Any]:
    """Read the report of a discovery by its whole name."""
    return read_report(ledger, dataset, KIND, name)


def read_clusters(ledger: Ledger, dataset: Dataset, report: Mapping[str, Any]) -> Clusters:
    """Read the clusters that a stored report describes, fit for frames of the dataset as it is now.

    Raises
    ------
    DiscoveryOutdatedError
        They are not stored, or take frames of other features.
    DiscoveryError
        They are gone or damaged.
    """
    file = report.get("clusters_file")
    if file is None:
        problem = "its report is older than stored clusters"
        raise DiscoveryOutdatedError(dataset.name, problem=problem, cure=CURE)
    if file["features"] != _columns(dataset):
        problem = "the features of the dataset file are others than those of the earlier discovery"
        cure = "name the clusters of the new one afresh"
        raise DiscoveryOutdatedError(dataset.name, problem=problem, cure=cure)
    key_of = partial(keys.clusters_file, dataset.name, file["sha256"])
    try:
        content = read_parts(ledger, key_of, FILE, size_bytes=file["size_bytes"])
    except KeyMissingError as error:
        raise DiscoveryError(dataset.name, problem=f"its clusters are gone: {error}", cure=CURE) from None
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise DiscoveryError(dataset.name, problem="its stored clusters are damaged", cure=CURE)
    return _of_bytes(dataset.name, content)


def _columns(dataset: Dataset) -> list[list[Any]]:
    """Say how a frame's columns are read; a bound may change without another reading."""
    return [[feature.name, feature.type, list(feature.values)] for feature in dataset.features]


def _to_bytes(clusters: Clusters) -> bytes:
    with TemporaryDirectory(prefix="herdbook-") as folder:
        path = Path(folder) / FILE
        clusters.save(path)
        return path.read_bytes()


def _of_bytes(dataset: str, content: bytes) -> Clusters:
    with TemporaryDirectory(prefix="herdbook-") as folder:
        path = Path(folder) / FILE
        path.write_bytes(content)
        try:
            return Clusters.load(path)
        except PackageError as error:
            raise DiscoveryError(
                dataset, problem=f"its clusters cannot be read: {error}", cure=CURE
            ) from None


def _list(ledger: Ledger, dataset: str, report: str, clusters: str) -> None:
    """Put a discovery at the end of the list, unless it stands there already."""
    kept = list_discoveries(ledger, dataset)
    if kept and kept[-1].report == report:
        return None
    number = kept[-1].number + 1 if kept else 1
    entry = {"format": document.FORMAT, "report": report, "clusters": clusters}
    while True:
        body = document.encode({**entry, "time_us": time.time_ns() // 1000})
        try:
            return ledger.create(keys.discovery(dataset, number), body)
        except KeyTakenError:
            number += 1


def _listed(ledger: Ledger, dataset: str) -> Iterator[Listed]:
    for entry in ledger.list(keys.discovery_folder(dataset)):
        held = document.read(ledger, entry.key)
        number = keys.number_of(entry.key)
        yield Listed(number, held["report"], held["clusters"], held["time_us"])
