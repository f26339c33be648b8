"""Labels: from the target column, or by naming the clusters that discovery found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.errors import DiscoveryError, TrainingError, shown
from herdbook.label import ClusterLabels, RuleLabels
from herdbook.naming import unnamed
from herdbook.rule import Rule, fulfils
from training.check import Check
from training.discover import Discovery

MOST = 0.5


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels `y`, shape (n_kept,), of the rows `kept` of the check's frame; `names` is cluster to label."""

    y: NDArray[np.object_]
    kept: NDArray[np.int64]
    names: dict[int, str]
    report: dict[str, Any]


def label(
    dataset: Dataset, check: Check, discovery: Discovery, *, names: Mapping[int, str] | None = None
) -> Labels:
    """Give the accepted records their labels, as the dataset file says.

    Labels from a column keep every record that has one, outliers too. Where clusters are named, by rules or
    by a person, a record in no cluster or in one without a name is not trained on. `names` are those of
    `names_for`, cluster to label, for clusters that are the labels; only the dataset file's if left out.

    Raises
    ------
    DiscoveryError
        There is no cluster that could be named.
    TrainingError
        No record has a label.
    """
    match dataset.labels:
        case RuleLabels(rules=rules):
            cluster, n_clusters = discovery.assignment.cluster, discovery.clusters.n_clusters
            named, report = name_by_rules(dataset, rules, check.frame, cluster, n_clusters=n_clusters)
            _require_names(dataset, named, n_clusters)
        case ClusterLabels():
            named = dict(name_clusters(dataset, discovery.clusters.n_clusters) if names is None else names)
            report = {"from": "clusters", "names": {str(number): name for number, name in named.items()}}
        case _:
            return _label_by_column(dataset, check)
    return _label_by_cluster(discovery, named, report)


def _label_by_column(dataset: Dataset, check: Check) -> Labels:
    target = check.target
    if target is None or not len(target):
        problem = f"no accepted record has a value in the column {dataset.target!r}"
        raise TrainingError(dataset.name, problem=problem, cure="ingest records that carry the label")
    report = {"from": "column", "column": dataset.target, "n_left_out": 0}
    return Labels(target, np.arange(len(target), dtype=np.int64), {}, report | _counts(target))


def _label_by_cluster(discovery: Discovery, names: dict[int, str], report: dict[str, Any]) -> Labels:
    """Give every member of a named cluster the cluster's name, and leave the rest out."""
    cluster = discovery.assignment.cluster
    kept = np.flatnonzero(np.isin(cluster, list(names)))
    y = np.array([names[number] for number in cluster[kept].tolist()], dtype=np.object_)
    counts = {"n_outliers": int(discovery.assignment.outlier.sum()), "n_left_out": len(cluster) - len(kept)}
    return Labels(y, kept, names, report | counts | _counts(y))


def name_by_rules(
    dataset: Dataset,
    rules: tuple[Rule, ...],
    frame: NDArray[np.float64],
    cluster: NDArray[np.int64],
    *,
    n_clusters: int,
) -> tuple[dict[int, str], dict[str, Any]]:
    """Name each cluster by the first rule that most of its members fulfil, and say what each rule gave.

    `cluster`, shape (n,), is where the records of `frame`, shape (n, n_features), lie.
    """
    verdicts = np.column_stack([fulfils(rule, dataset.features, frame) for rule in rules])
    labels = [rule.label for rule in rules]
    told = [_judge(number, verdicts[cluster == number], labels) for number in range(n_clusters)]
    names = {one["cluster"]: one["label"] for one in told if one["label"] is not None}
    return names, {"from": "rules", "clusters": told}


def _judge(number: int, verdicts: NDArray[np.bool_], labels: list[str]) -> dict[str, Any]:
    """Judge one cluster by its members' verdicts, shape (n_members, n_rules)."""
    shares = verdicts.mean(axis=0) if len(verdicts) else np.zeros(len(labels))
    first = next((place for place, share in enumerate(shares) if share > MOST), None)
    return {
        "cluster": number,
        "n_records": len(verdicts),
        "label": None if first is None else labels[first],
        "share": None if first is None else float(shares[first]),
        "shares": [
            {"label": label, "share": float(share)} for label, share in zip(labels, shares, strict=True)
        ],
    }


def _require_names(dataset: Dataset, names: Mapping[int, str], n_clusters: int) -> None:
    if not names:
        problem = f"of {n_clusters} clusters none has a majority that fulfils a rule"
        raise DiscoveryError(dataset.name, problem=problem, cure="look at the profiles and mend labels.rules")


def name_clusters(
    dataset: Dataset, n_clusters: int, *, carried: Mapping[int, str] | None = None
) -> dict[int, str]:
    """Name every cluster that is a label: by the dataset file, else as carried, else by its number.

    A carried name that the dataset file gives to another cluster is left out, for the file wins.

    Raises
    ------
    DiscoveryError
        There is no cluster, or the dataset file names one that is not there.
    """
    assert isinstance(dataset.labels, ClusterLabels)
    given, found = dataset.labels.names, range(n_clusters)
    if not found:
        cure = "ingest more records, or take labels from a column"
        raise DiscoveryError(dataset.name, problem="no cluster was found that could be a label", cure=cure)
    if unknown := sorted(set(given) - {str(number) for number in found}):
        problem = f"labels.names names {shown(unknown)}, but the clusters are 0 to {found[-1]}"
        raise DiscoveryError(dataset.name, problem=problem, cure="look at the profiles and mend labels.names")
    taken = set(given.values())
    kept = {number: name for number, name in (carried or {}).items() if name not in taken}
    return {number: given.get(str(number), kept.get(number, unnamed(number))) for number in found}


def _counts(y: NDArray[np.object_]) -> dict[str, Any]:
    classes, counts = np.unique(y.astype(str), return_counts=True)
    return {"counts": {str(name): int(count) for name, count in zip(classes, counts, strict=True)}}
