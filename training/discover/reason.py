"""Why a record lies in no cluster: what sets it apart from the members that are most like it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from herdbook.feature import Feature
from training.discover.quantity import quantiles, say_range, say_share, say_value
from training.discover.sample import sample_strata
from training.discover.view import View

LIKEST = 15
SAMPLE = 5_000
SHOWN = 3
MIDDLE = (0.05, 0.95)
LEAST_SHARE = 0.1
"""A feature that makes up less of the squared distance than this is no reason."""


def explain_outliers(view: View, places: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Give for each record, by its place in the frame, its nearest cluster and the features that part them.

    The nearest cluster is that of the nearest member in the clustering space; the record is held against the
    median of that cluster's 15 members most like it, so that a combination of usual values is seen too. Of
    more than 5,000 members a sample is looked at.
    """
    inside = np.flatnonzero(view.cluster >= 0)
    if not len(inside) or not len(places):
        return [{"nearest": None, "why": []} for _ in places]
    shown = inside[sample_strata(view.cluster[inside], SAMPLE, seed=view.seed)]
    distances, nearest = KDTree(view.points[shown]).query(view.points[places])
    numbers = view.cluster[shown[nearest]]
    return [
        {
            "nearest": {"cluster": int(number), "distance": float(distance)},
            "why": _reasons(view, int(place), shown[view.cluster[shown] == number]),
        }
        for place, number, distance in zip(places, numbers, distances, strict=True)
    ]


def _reasons(view: View, place: int, members: NDArray[np.int64]) -> list[dict[str, Any]]:
    distance = np.linalg.norm(view.points[members] - view.points[place], axis=1)
    likest = members[np.argsort(distance, kind="stable")[:LIKEST]]
    shares = _shares(view, view.points[place] - np.median(view.points[likest], axis=0))
    order = [one for one in np.argsort(-shares, kind="stable")[:SHOWN] if shares[one] >= LEAST_SHARE]
    number = int(view.cluster[members[0]])
    return [
        {
            "feature": view.dataset.features[one].name,
            "share_of_distance": float(shares[one]),
            "says": _say(
                view.dataset.features[one], view.frame[place, one], view.frame[members, one], number
            ),
        }
        for one in order
    ]


def _shares(view: View, gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share out the squared length of a gap (n_dimensions,) among the features."""
    squared = np.zeros(len(view.dataset.features))
    largest = float(np.abs(gap).max(initial=0.0))
    if largest == 0:
        return squared
    places = np.array([place for place, _ in view.dimensions])
    np.add.at(squared, places, (gap / largest) ** 2)
    shares: NDArray[np.float64] = squared / squared.sum()
    return shares


def _say(feature: Feature, value: float, members: NDArray[np.float64], number: int) -> str:
    """Say a value beside what is usual in the nearest cluster."""
    known = members[~np.isnan(members)]
    said = f"{feature.name} is {say_value(feature, value)}"
    if not len(known):
        return f"{said}; in cluster {number}, the nearest, it is missing"
    if feature.type in {"boolean", "category"}:
        share = float((members == value).mean() if not np.isnan(value) else np.isnan(members).mean())
        return f"{said}, as in {say_share(share)} of cluster {number}, the nearest"
    low, high = quantiles(known, MIDDLE)
    usual = say_range(feature, low, high)
    if np.isnan(value):
        return f"{said}; nine tenths of cluster {number}, the nearest, have {usual}"
    if low <= value <= high:
        return f"{said}: usual in cluster {number}, the nearest ({usual}), but not with its other values"
    side = "above" if value > high else "below"
    return f"{said}, {side} the {usual} of nine tenths of cluster {number}, the nearest"
