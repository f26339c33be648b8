"""What a cluster looks like, in the features' own units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment
from herdbook.dataset import Dataset
from herdbook.feature import Feature


def profile_clusters(
    dataset: Dataset, frame: NDArray[np.float64], assignment: Assignment
) -> list[dict[str, Any]]:
    """Describe each cluster of a frame (n, n_features): size, share, median membership, every feature."""
    profiles = []
    for number in range(int(assignment.cluster.max(initial=-1)) + 1):
        members = assignment.cluster == number
        profiles.append(
            {
                "cluster": number,
                "n_records": int(members.sum()),
                "share": float(members.mean()),
                "median_membership": float(np.median(assignment.membership[members]))
                if members.any()
                else None,
                "features": profile_features(dataset, frame[members]),
            }
        )
    return profiles


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
    low, first, median, third, high = (float(value) for value in np.percentile(known, [0, 25, 50, 75, 100]))
    return profile | {"median": median, "minimum": low, "maximum": high, "middle_half": [first, third]}
