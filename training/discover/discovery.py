"""One discovery: clusters of all accepted records, and a report of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment, Clusters
from herdbook.dataset import Dataset
from training.discover.columns import cluster_columns
from training.discover.fit import EVIDENCE, MAXIMUM_FIT_ROWS, RULE
from training.discover.profile import profile_clusters, profile_features
from training.discover.space import SKEWNESS_BOUND
from training.discover.stability import measure_stability

REPORT_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found: the clusters, where each record lies, and a report of plain JSON values."""

    clusters: Clusters
    assignment: Assignment
    report: dict[str, Any]


def discover(dataset: Dataset, frame: NDArray[np.float64], *, seed: int = 0) -> Discovery:
    """Cluster a frame (n, n_features) with the parameters of the rule, and describe what came out.

    The clusters depend on the frame alone; `seed` draws the parts that stability is measured on.
    """
    columns = cluster_columns(dataset).fit(frame)
    assignment = columns.clusters_.assign(frame)
    report = {
        "format": REPORT_FORMAT,
        "dataset": dataset.name,
        "n_records": len(frame),
        "n_clusters": columns.clusters_.n_clusters,
        "n_outliers": int(assignment.outlier.sum()),
        "parameters": _parameters(columns.clusters_, len(frame)),
        "preprocessing": _preprocessing(dataset, columns.clusters_),
        "clusters": profile_clusters(dataset, frame, assignment),
        "outliers": profile_features(dataset, frame[assignment.outlier]),
        "stability": measure_stability(columns, frame, seed=seed),
    }
    return Discovery(columns.clusters_, assignment, report)


def _parameters(clusters: Clusters, n_records: int) -> dict[str, Any]:
    return {
        "method": "HDBSCAN, excess of mass, Euclidean distance",
        "min_cluster_size": clusters.min_cluster_size,
        "min_samples": clusters.min_samples,
        "n_fitted": min(n_records, MAXIMUM_FIT_ROWS),
        "rule": RULE,
        "evidence": EVIDENCE,
    }


def _preprocessing(dataset: Dataset, clusters: Clusters) -> dict[str, Any]:
    """Say for each feature what was done to it before distances were taken."""
    space = clusters.space
    done: dict[str, Any] = {}
    for place, feature in enumerate(dataset.features):
        if feature.type == "category":
            done[feature.name] = {"encoding": "one-hot, two values are 1 apart"}
        elif feature.type == "boolean":
            done[feature.name] = {"encoding": "0 and 1", "missing_taken_for": float(space.fill[place])}
        else:
            unit = float(space.log_unit[place])
            done[feature.name] = {
                "encoding": f"log(1 + value / {unit:.6g}), standardised" if unit else "standardised",
                "missing_taken_for": float(space.fill[place]),
            }
    return {"skewness_bound": SKEWNESS_BOUND, "features": done}
