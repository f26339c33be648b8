"""One discovery: clusters of all accepted records, and a report of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from herdbook.clusters import Assignment, Clusters
from herdbook.dataset import Dataset
from training.discover.admission import admission_of_clusters
from training.discover.columns import ClusterColumns, cluster_columns
from training.discover.fit import MAXIMUM_FIT_ROWS
from training.discover.outlier import THRESHOLD_RULE
from training.discover.plane import map_plane
from training.discover.profile import profile_clusters, profile_features
from training.discover.reason import explain_outliers
from training.discover.relation import RELATED
from training.discover.rival import fit_rivals
from training.discover.sample import sample_strata
from training.discover.scale import Scale
from training.discover.separability import measure_separability
from training.discover.separation import separate_clusters
from training.discover.space import SKEWNESS_BOUND
from training.discover.stability import measure_stability
from training.discover.tree import list_nodes
from training.discover.typical import most_outlying, outlying_records, typical_records
from training.discover.view import View

REPORT_FORMAT = 2
STABILITY_ROWS = 3_000
"""At most so many records are clustered again and again; a scale carries from all of them to a part."""
NOTES = (
    "A row is the number of a record as it was given, from 0.",
    "Distances are Euclidean in the clustering space, where a spread is one standard deviation of a number; "
    "a density is 1 / distance to the min_samples-th nearest record.",
    "Effects carry no p-value: clusters were made from these very features, so every test would reject.",
    "Of many records, samples are looked at, each cluster in its share: 3,000 for stability, 2,000 for the "
    "map and for silhouettes, 1,000 for k-means and mixtures; typical records are sought among 5,000 of a "
    "cluster against 500 of it, and reasons of outliers against 5,000 records in clusters.",
    "A boolean or a category counts only if the records that are nearest by the other features tell it "
    f"better than chance (area under the curve at least {RELATED}); else it would part all records into its "
    "own values, which is a filter and no find.",
    "Stability in the grid is over halves, in which rounded numbers are spread anew; the refits on 80 % keep "
    "the scale, and parts that share most of their records share their chance clusters too.",
    "Nothing here looked at a label.",
)


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found: the clusters, where each record lies, and a report of plain JSON values."""

    clusters: Clusters
    assignment: Assignment
    report: dict[str, Any]


def discover(
    dataset: Dataset,
    frame: NDArray[np.float64],
    *,
    seed: int = 0,
    scale: Scale | None = None,
    rows: NDArray[np.int64] | None = None,
) -> Discovery:
    """Cluster a frame (n, n_features) at a scale that is given or chosen from it, and describe what came out.

    The clusters depend on the frame and the scale alone; `seed` draws what stability is measured on and what
    the report samples. `rows`, shape (n,), are the numbers that the report gives the records.
    """
    columns = cluster_columns(dataset, scale=scale).fit(frame)
    rows = np.arange(len(frame)) if rows is None else rows
    view = View(dataset, frame, rows, columns.clusters_, columns.clusters_.assign(frame), seed)
    parameters = _parameters(columns, len(frame))
    stability = _stability(columns, view)
    report = {
        "format": REPORT_FORMAT,
        "dataset": dataset.name,
        "n_records": len(frame),
        "n_clusters": view.clusters.n_clusters,
        "n_outliers": len(view.members(-1)),
        "parameters": parameters,
        "preprocessing": _preprocessing(dataset, view.clusters),
        "stability": stability,
        **describe(view, stability["cluster_overlap"]),
        "notes": list(NOTES),
    }
    return Discovery(view.clusters, view.assignment, report)


def _stability(columns: ClusterColumns, view: View) -> dict[str, Any]:
    """Measure how far clusters of this very scale come back, on a bounded sample of the records."""
    if columns.choice_ is not None:
        columns.set_params(scale=columns.choice_.scale)
    shown = sample_strata(view.cluster, STABILITY_ROWS, seed=view.seed)
    return measure_stability(columns, view.frame[shown], seed=view.seed) | {"n_sampled": len(shown)}


def describe(view: View, overlaps: list[float]) -> dict[str, Any]:
    """Describe clusters and outliers, given each cluster's mean overlap with its likeness in resamples."""
    with threadpool_limits(1):  # a sum's last digits depend on how many threads share it out
        return {
            "clusters": _clusters(view, overlaps),
            "outliers": _outliers(view),
            "separability": measure_separability(view),
            "map": map_plane(view),
            "tree": list_nodes(view.clusters.tree),
            "rivals": fit_rivals(view),
        }


def _clusters(view: View, overlaps: list[float]) -> list[dict[str, Any]]:
    effects, admissions = separate_clusters(view), admission_of_clusters(view)
    return [
        profile
        | {
            "stability": overlaps[number] if number < len(overlaps) else None,
            "separates": effects[number],
            "typical": typical_records(view, number),
            "outlying": outlying_records(view, number),
            "admission": admissions[number],
        }
        for number, profile in enumerate(profile_clusters(view))
    ]


def _outliers(view: View) -> dict[str, Any]:
    places = view.members(-1)
    shown = most_outlying(view)
    return {
        "n": len(places),
        "share": len(places) / max(len(view.frame), 1),
        "threshold": _threshold(view.clusters),
        "features": profile_features(view.dataset, view.frame[places]),
        "most_outlying": [
            view.record(place) | {"outlier_score": float(view.assignment.outlier_score[place])} | reasons
            for place, reasons in zip(shown, explain_outliers(view, shown), strict=True)
        ],
    }


def _threshold(clusters: Clusters) -> dict[str, Any]:
    if clusters.threshold is None:
        return {"rule": "HDBSCAN's own: what leaves its tree before a cluster forms lies in none."}
    return {"rule": THRESHOLD_RULE, **clusters.threshold}


def _parameters(columns: ClusterColumns, n_records: int) -> dict[str, Any]:
    clusters, choice = columns.clusters_, columns.choice_
    scale = choice.scale if choice else columns.scale
    assert scale is not None
    return {
        "method": "HDBSCAN, excess of mass, Euclidean distance",
        "min_cluster_size": clusters.min_cluster_size,
        "min_samples": clusters.min_samples,
        "share": scale.share,
        "factor": scale.factor,
        "n_fitted": min(n_records, MAXIMUM_FIT_ROWS),
        "rule": choice.rule if choice else "The scale was given.",
        "grid": choice.grid if choice else [],
    }


def _preprocessing(dataset: Dataset, clusters: Clusters) -> dict[str, Any]:
    """Say for each feature what was done to it before distances were taken."""
    space = clusters.space
    done: dict[str, Any] = {}
    for place, feature in enumerate(dataset.features):
        if np.isinf(space.scale[place]):
            done[feature.name] = {"encoding": "left out, since it goes with no other feature"}
        elif feature.type == "category":
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
