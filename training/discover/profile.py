"""What a cluster looks like, in the features' own units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Tree
from herdbook.dataset import Dataset
from herdbook.feature import Feature
from training.discover.quantity import quantiles
from training.discover.view import View


def profile_clusters(view: View) -> list[dict[str, Any]]:
    """Describe each cluster: size, share, density, median membership, every feature."""
    return [_profile_cluster(view, number) for number in range(view.clusters.n_clusters)]


def _profile_cluster(view: View, number: int) -> dict[str, Any]:
    members = view.members(number)
    membership = view.assignment.membership[members]
    return {
        "cluster": number,
        "n_records": len(members),
        "share": len(members) / len(view.frame),
        "density": _density(view.clusters.tree, number),
        "median_membership": float(np.median(membership)) if len(members) else None,
        "features": profile_features(view.dataset, view.frame[members]),
    }


def _density(tree: Tree, number: int) -> float | None:
    """Give the median density of a cluster's fitted records; None where most of them are equal."""
    distance = float(np.median(tree.core[tree.node_cluster[tree.point_node] == number]))
    return 1 / distance if distance > 0 else None


def profile_features(dataset: Dataset, frame: NDArray[np.float64]) -> dict[str, dict[str, Any]]:
    """Describe each feature of a frame (n, n_features) by its name."""
    return {
        feature.name: _profile_feature(feature, frame[:, place])
        for place, feature in enumerate(dataset.features)
    }


def _profile_feature(feature: Feature, column: NDArray[np.float64]) -> dict[str, Any]:
    known = column[~np.isnan(column)]
    profile: dict[str, Any] = {"unit": feature.unit, "n_missing": int(len(column) - len(known))}
    if not len(known):
        return profile
    if feature.type == "boolean":
        return profile | {"share_true": float(known.mean())}
    if feature.type == "category":
        counts = np.bincount(known.astype(np.int64), minlength=len(feature.values))
        shares = {
            value: float(count) / len(known) for value, count in zip(feature.values, counts, strict=True)
        }
        return profile | {"shares": {value: share for value, share in shares.items() if share > 0}}
    low, first, median, third, high = quantiles(known, [0, 0.25, 0.5, 0.75, 1])
    return profile | {"median": median, "minimum": low, "maximum": high, "middle_half": [first, third]}
