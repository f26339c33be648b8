"""What a new record would need to join a cluster: ranges of its features, tried out on generated records."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.feature import Feature
from herdbook.frame import column_values
from training.discover.quantity import say_list, say_range, say_share, say_value
from training.discover.view import View

CUTS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45)
"""Shares of members that may be cut off at either end of each feature: no single record sets a range."""
WANTED = 0.95
DRAWN = 6_000
"""About so many records are generated in all, as assigning a record in many dimensions takes 0.4 ms."""


Box = list[NDArray[np.float64]]
"""Of each feature what is allowed: lowest and highest of a number, else the values; nothing if all miss."""


def admission_of_clusters(view: View) -> list[dict[str, Any]]:
    """Give for each cluster the widest ranges within which nearly every generated record is admitted.

    The ranges are the members' own quantiles, cut alike at both ends of every feature; records are drawn
    evenly and independently within them and assigned. Of the cuts tried the smallest is taken that admits
    95 %, else the one that admits most; the share that is stated is of records drawn afresh.
    """
    return [_admission(view, number) for number in range(view.clusters.n_clusters)]


def _admission(view: View, number: int) -> dict[str, Any]:
    features, members = view.dataset.features, view.frame[view.members(number)]
    if not len(members):
        return {"says": f"Cluster {number} holds none of these records.", "bounds": []}
    generator = np.random.Generator(np.random.PCG64([view.seed, number]))
    n_drawn = max(20, min(200, DRAWN // (2 * len(CUTS) * view.clusters.n_clusters)))
    boxes = [
        [_allowed(feature, column, cut) for feature, column in zip(features, members.T, strict=True)]
        for cut in CUTS
    ]
    shares = _admit(view, number, [_draw(features, box, n_drawn, generator) for box in boxes])
    best = next((place for place, share in enumerate(shares) if share >= WANTED), int(np.argmax(shares)))
    fresh = _draw(features, boxes[best], n_drawn * len(CUTS), generator)
    share = _admit(view, number, [fresh])[0]
    return {
        "says": _sentence(view, number, boxes[best], share),
        "bounds": [_bound(*one) for one in zip(features, boxes[best], strict=True)],
        "cut_off_at_either_end": CUTS[best],
        "n_generated": len(fresh),
        "share_admitted": share,
        "share_of_members_within": float(_within(features, members, boxes[best]).mean()),
    }


def _sentence(view: View, number: int, box: Box, share: float) -> str:
    said = [_say_bound(*one) for one in zip(view.dataset.features, box, strict=True)]
    enough = "" if share >= WANTED else ", as its features hang together and no range alone tells it apart"
    return (
        f"A new record joins cluster {number} with {say_list(said)}: of records generated within these "
        f"ranges it admitted {say_share(share)}{enough}. Others may join too."
    )


def _allowed(feature: Feature, column: NDArray[np.float64], cut: float) -> NDArray[np.float64]:
    known = column[~np.isnan(column)]
    if not len(known):
        return known
    if feature.type in {"integer", "number"}:
        return np.quantile(known, [cut, 1 - cut], method="inverted_cdf")
    values, counts = np.unique(known, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    enough = int(np.searchsorted(np.cumsum(counts[order]), (1 - 2 * cut) * len(known))) + 1
    return np.sort(values[order[:enough]])


def _draw(
    features: tuple[Feature, ...], box: Box, size: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw records (size, n_features) evenly within a box."""
    frame = np.full((size, len(box)), np.nan)
    for place, (feature, allowed) in enumerate(zip(features, box, strict=True)):
        if not len(allowed):
            continue
        if feature.type == "number":
            share = generator.random(size)
            frame[:, place] = allowed[0] * (1 - share) + allowed[1] * share
        elif feature.type == "integer":
            low, high = (int(value) for value in allowed)
            frame[:, place] = generator.integers(low, high, size, endpoint=True)
        else:
            frame[:, place] = generator.choice(allowed, size)
    return frame


def _admit(view: View, number: int, drawn: list[NDArray[np.float64]]) -> list[float]:
    """Say which share of each of several lots of records the cluster admits."""
    cluster = view.clusters.assign(np.concatenate(drawn)).cluster
    lots = np.split(cluster == number, np.cumsum([len(lot) for lot in drawn])[:-1])
    return [float(lot.mean()) for lot in lots]


def _within(features: tuple[Feature, ...], frame: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Say of each record (n, n_features) whether all that it has of a box's features is allowed."""
    inside = np.ones(len(frame), dtype=np.bool_)
    for feature, column, allowed in zip(features, frame.T, box, strict=True):
        if feature.type in {"integer", "number"} and len(allowed):
            inside &= np.isnan(column) | ((column >= allowed[0]) & (column <= allowed[1]))
        elif len(allowed):
            inside &= np.isnan(column) | np.isin(column, allowed)
    return inside


def _bound(feature: Feature, allowed: NDArray[np.float64]) -> dict[str, Any]:
    bound: dict[str, Any] = {"feature": feature.name, "unit": feature.unit, "low": None, "high": None}
    if feature.type in {"integer", "number"} and len(allowed):
        return bound | {"low": float(allowed[0]), "high": float(allowed[1])}
    return bound | {"values": column_values(feature, allowed)}


def _say_bound(feature: Feature, allowed: NDArray[np.float64]) -> str:
    if not len(allowed):
        return f"{feature.name} missing"
    if feature.type in {"integer", "number"}:
        return f"{feature.name} {say_range(feature, *allowed)}"
    return f"{feature.name} {' or '.join(say_value(feature, value) for value in allowed)}"
