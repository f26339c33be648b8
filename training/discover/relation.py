"""Which booleans and categories go with other features, and which split records by nothing but themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import rankdata

from herdbook.space import Space
from training.discover.scale import FEWEST_NEIGHBOURS

RELATED = 0.75
"""How well neighbours must tell a boolean or a category for it to count; 0.5 is chance, 1 is always.

Independent ones that hold for a tenth of the records reached 0.73 with 200 of them and 0.60 with 500. Where
two values shift a number that is Gaussian by 0.95 standard deviations, it is 0.75."""
ROWS_COMPARED = 1_500
NEIGHBOURS = 20
FEWEST = 2 * FEWEST_NEIGHBOURS
"""Fewer records than the smallest cluster holds part nothing, and so a value so rare keeps its weight."""
STREAM = (6, 28, 496)


def find_unrelated(frame: NDArray[np.float64], kinds: Sequence[str], space: Space) -> NDArray[np.bool_]:
    """Say of each feature whether it is a boolean or a category that goes with no other, shape (n_features,).

    Such a one parts all records into its own values, whatever else is there: that is a filter, and no find.
    Where no number has any spread there is nothing else to tell records apart by, and all of them count.
    """
    discrete = np.isin(kinds, ("boolean", "category"))
    unrelated = np.zeros(len(kinds), dtype=np.bool_)
    points = space.place(_sample(frame))
    owners = own_coordinates(space)
    if not discrete.any() or not np.ptp(points[:, ~discrete[owners]], axis=0).any():
        return unrelated
    squared = cdist(points, points, "sqeuclidean")
    for place in np.flatnonzero(discrete):
        own = points[:, owners == place]
        if _is_nearly_constant(own):
            continue
        others = squared - cdist(own, own, "sqeuclidean")
        unrelated[place] = measure_relation(others, own) < RELATED
    return unrelated


def measure_relation(others: NDArray[np.float64], own: NDArray[np.float64]) -> float:
    """Tell how well the records that are nearest by other features tell a feature's value, in 0..1.

    `others` are squared distances (n, n) without the feature, `own` its coordinates (n, n_coordinates). Of
    each value: how often a record that has it has more of it among its neighbours than one that has not (the
    area under the curve), on average over all records.
    """
    values, code = np.unique(own, axis=0, return_inverse=True)
    if len(values) < 2 or len(own) <= NEIGHBOURS:
        return 0.5
    distance = others + np.diag(np.full(len(others), np.inf))
    nearest = code[np.argpartition(distance, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]]
    areas = [_area((nearest == value).mean(axis=1), code == value) for value in range(len(values))]
    return float(np.average(areas, weights=np.bincount(code)))


def _is_nearly_constant(own: NDArray[np.float64]) -> bool:
    """Whether all but a few records have one value of a feature of coordinates (n, n_coordinates)."""
    return len(own) - int(np.unique(own, axis=0, return_counts=True)[1].max()) < FEWEST


def own_coordinates(space: Space) -> NDArray[np.int64]:
    """Give the feature that each coordinate of a space belongs to: those of categories stand last."""
    places = np.arange(space.n_features)
    is_category = space.n_values > 0
    categories = np.repeat(places[is_category], space.n_values[is_category])
    return np.concatenate([places[~is_category], categories])


def _area(score: NDArray[np.float64], has: NDArray[np.bool_]) -> float:
    """Give the area under the curve of scores (n,) for what records have."""
    n_with, n_without = int(has.sum()), int((~has).sum())
    below = rankdata(score)[has].sum() - n_with * (n_with + 1) / 2
    return float(below / (n_with * n_without))


def _sample(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    return frame[np.random.Generator(np.random.PCG64(STREAM)).permutation(len(frame))[:ROWS_COMPARED]]
