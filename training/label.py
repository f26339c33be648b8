"""Labels: from the target column, or by naming the clusters that discovery found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.errors import DiscoveryError, TrainingError, shown
from herdbook.label import ClusterLabels, RuleLabels
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


def label(dataset: Dataset, check: Check, discovery: Discovery) -> Labels:
    """Give the accepted records their labels, as the dataset file says.

    Labels from a column keep every record that has one, outliers too. Where clusters are named, by rules or
    by a person, a record in no cluster or in one without a name is not trained on.

    Raises
    ------
    DiscoveryError
        There is no cluster that could be named.
    TrainingError
        No record has a label.
    """
    match dataset.labels:
        case RuleLabels(rules=rules):
            names, report = _name_by_rules(dataset, rules, check.frame, discovery)
        case ClusterLabels(names=given):
            names, report = _name_by_hand(dataset, given, discovery)
        case _:
            return _label_by_column(dataset, check)
    return _label_by_cluster(discovery, names, report)


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


def _name_by_rules(
    dataset: Dataset, rules: tuple[Rule, ...], frame: NDArray[np.float64], discovery: Discovery
) -> tuple[dict[int, str], dict[str, Any]]:
    """Name each cluster by the first rule that most of its members fulfil."""
    verdicts = np.column_stack([fulfils(rule, dataset.features, frame) for rule in rules])
    names: dict[int, str] = {}
    told = []
    for number in range(discovery.clusters.n_clusters):
        members = discovery.assignment.cluster == number
        shares = verdicts[members].mean(axis=0) if members.any() else np.zeros(len(rules))
        first = next((place for place, share in enumerate(shares) if share > MOST), None)
        if first is not None:
            names[number] = rules[first].label
        told.append(
            {
                "cluster": number,
                "n_records": int(members.sum()),
                "label": names.get(number),
                "share": None if first is None else float(shares[first]),
                "shares": [
                    {"label": rule.label, "share": float(share)}
                    for rule, share in zip(rules, shares, strict=True)
                ],
            }
        )
    if not names:
        problem = f"of {discovery.clusters.n_clusters} clusters none has a majority that fulfils a rule"
        raise DiscoveryError(dataset.name, problem=problem, cure="look at the profiles and mend labels.rules")
    return names, {"from": "rules", "clusters": told}


def _name_by_hand(
    dataset: Dataset, given: dict[str, str], discovery: Discovery
) -> tuple[dict[int, str], dict[str, Any]]:
    """Name each cluster as a person did, or by its number."""
    found = range(discovery.clusters.n_clusters)
    if not found:
        cure = "ingest more records, or take labels from a column"
        raise DiscoveryError(dataset.name, problem="no cluster was found that could be a label", cure=cure)
    if unknown := sorted(set(given) - {str(number) for number in found}):
        problem = f"labels.names names {shown(unknown)}, but the clusters are 0 to {found[-1]}"
        raise DiscoveryError(dataset.name, problem=problem, cure="look at the profiles and mend labels.names")
    names = {number: given.get(str(number), f"cluster-{number}") for number in found}
    return names, {"from": "clusters", "names": {str(number): name for number, name in names.items()}}


def _counts(y: NDArray[np.object_]) -> dict[str, Any]:
    classes, counts = np.unique(y.astype(str), return_counts=True)
    return {"counts": {str(name): int(count) for name, count in zip(classes, counts, strict=True)}}
