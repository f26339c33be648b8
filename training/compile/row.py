"""The rows that a graph is proven on: those of the training, made-up ones at and beyond the bounds, gaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.feature import Feature
from herdbook.package import FRAME_AND_CLUSTERS

GENERATED = 10_000
WITH_GAPS = 2_000
GAP_SHARE = 0.3
FARTHEST = 1e6
"""An open bound is taken for so many spreads of the training rows: no member's answer changes so far out."""

Random = np.random.Generator


def generate_rows(
    dataset: Dataset, frame: NDArray[np.float64], *, inputs: str, n_clusters: int, seed: int = 0
) -> NDArray[np.float64]:
    """Make up inputs (10,000, n_inputs) like no others: each value is drawn by itself, one way of several.

    A number stands within its bounds, at one of them, beyond one, or is a training row's own; a category may
    be one that nobody declared. Cluster columns are drawn too, so a row may have a membership that no
    clustering would give: the graph must answer alike whatever it is asked. `frame` holds the training rows.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    columns = [_draw(random, feature, frame[:, place]) for place, feature in enumerate(dataset.features)]
    if inputs == FRAME_AND_CLUSTERS:
        columns.append(np.floor(random.random(GENERATED) * (n_clusters + 1)) - 1)
        columns += [_choose(random, [_share(random), np.zeros(GENERATED), np.ones(GENERATED)]) for _ in "ms"]
    return np.column_stack(columns)


def with_gaps(rows: NDArray[np.float64], *, n_features: int, seed: int = 1) -> NDArray[np.float64]:
    """Take the first rows again, (2,000, n_inputs), with features missing: about a third, and once all."""
    random = np.random.Generator(np.random.PCG64(seed))
    gaps = rows[:WITH_GAPS].copy()
    is_gap = random.random((len(gaps), n_features)) < GAP_SHARE
    is_gap[0] = True
    gaps[:, :n_features][is_gap] = np.nan
    return gaps


def _draw(random: Random, feature: Feature, column: NDArray[np.float64]) -> NDArray[np.float64]:
    if feature.type == "boolean":
        return np.floor(random.random(GENERATED) * 2)
    if feature.type == "category":
        return np.floor(random.random(GENERATED) * (len(feature.values) + 1))
    low, high, spread = _bounds(feature, column)
    ways = [
        low + _share(random) * (high - low),
        np.full(GENERATED, low),
        np.full(GENERATED, high),
        low - 10 * _share(random) * spread,
        high + 10 * _share(random) * spread,
        _pick(random, column),
    ]
    drawn = _choose(random, ways)
    return np.rint(drawn) if feature.type == "integer" else drawn


def _bounds(feature: Feature, column: NDArray[np.float64]) -> tuple[float, float, float]:
    """Give the bounds that are declared, or what stands for an open one, and the training rows' spread."""
    known = column[~np.isnan(column)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    spread = (most - least) or max(abs(least), 1.0)
    low = max(feature.bounds[0], least - FARTHEST * spread)
    high = min(feature.bounds[1], most + FARTHEST * spread)
    return low, high, spread


def _share(random: Random) -> NDArray[np.float64]:
    share: NDArray[np.float64] = random.random(GENERATED)
    return share


def _pick(random: Random, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take values that stand in a column, in any order; there may be none but gaps."""
    known = column[~np.isnan(column)]
    known = known if len(known) else np.zeros(1)
    picked: NDArray[np.float64] = known[(random.random(GENERATED) * len(known)).astype(np.int64)]
    return picked


def _choose(random: Random, ways: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    which = (random.random(GENERATED) * len(ways)).astype(np.int64)
    return np.choose(which, ways)
