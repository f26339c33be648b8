"""Lists of the points around pivots: most places have all their nearest points in the list of one pivot."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from herdbook.distance import rank, square_lengths
from herdbook.product import multiply
from herdbook.scan import Scan

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

LISTED_PER_NEIGHBOUR = 4
PIVOTS_PER_NEIGHBOUR = 4
MOST_NUMBERS = 1 << 21
"""So many coordinates are listed at most, 16 MiB."""
MARGIN = 1.0 - 1e-12
"""Leaves room for the rounding of three distances."""


class Pivots:
    """Some of the points (n, n_dimensions), each with a list of the points nearest to it, k < n.

    A point that is not in a pivot's list lies at least `range` from the pivot. So a place that is `away` from
    it has all its k nearest points in the list if the farthest of them is nearer than `range - away`.
    """

    def __init__(self, points: Doubles, k: int) -> None:
        n_points, n_dimensions = points.shape
        self._k = k
        n_listed = min(LISTED_PER_NEIGHBOUR * k, n_points - 1)
        most = MOST_NUMBERS // (n_listed * n_dimensions)
        n_pivots = max(1, min(n_points, PIVOTS_PER_NEIGHBOUR * n_points // k, most))
        pivots = points[np.arange(n_pivots) * n_points // n_pivots]
        distance, index = Scan(points, n_listed + 1).query(pivots)
        self._range = distance[:, -1] * MARGIN
        self._index = np.sort(index[:, :-1], axis=1)
        self._listed = np.ascontiguousarray(points.T[:, self._index])
        self._itself = (self._index == index[:, :1]).argmax(axis=1)
        self._across = -2.0 * pivots
        self._square = (pivots**2).sum(axis=1)
        self._form = np.vstack([-2.0 * pivots.T, (pivots**2).sum(axis=1)]).astype(np.float32)

    def query(self, places: Doubles) -> tuple[Doubles, Integers, NDArray[np.bool_]]:
        """Find the k nearest points of each of m places, shape (m, n_dimensions), as far as the lists tell.

        Returns
        -------
        distance, index, proven
            Of shapes (m, k), (m, k) and (m,): as `Scan.query` gives them, and whether they are proven. What
            is not are k points all the same, so that the k nearest lie no farther.
        """
        factor = np.ones((len(places), places.shape[1] + 1), dtype=np.float32)
        factor[:, :-1] = places
        pivot = multiply(factor, self._form).argmin(axis=1)
        gap = self._listed.take(pivot, axis=1)
        gap -= places.T[:, :, None]
        square = square_lengths(gap)
        distance, index = rank(square, self._index.take(pivot, axis=0), self._k)
        away = np.sqrt(square[np.arange(len(places)), self._itself.take(pivot)])
        return distance, index, distance[:, -1] + away < self._range.take(pivot)

    def query_one(self, place: Doubles) -> tuple[Doubles, Integers, bool]:
        """Find the k nearest points of one place, (n_dimensions,), as `query` does."""
        near = multiply(self._across, place[:, None])[:, 0]
        near += self._square
        pivot = near.argmin()
        square = square_lengths(self._listed[:, pivot] - place[:, None])
        order = square.argsort(kind="stable")[: self._k]
        distance = np.sqrt(square.take(order))
        away = sqrt(square.item(self._itself.item(pivot)))
        is_proven = distance.item(-1) + away < self._range.item(pivot)
        return distance, self._index[pivot].take(order), is_proven
