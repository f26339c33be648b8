"""Lists of the points around pivots: most places have all their nearest points in the list of one pivot."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from herdbook.cell import Cells
from herdbook.distance import rank, square_lengths
from herdbook.scan import Scan

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

LISTED_PER_NEIGHBOUR = 3
LISTED_BESIDES = 3
NEIGHBOURS_PER_POINT = 4
"""A cell is divided down to so many times fewer points than are to be found: they lie far beyond its ends."""
MOST_NUMBERS = 1 << 21
"""So many coordinates are listed at most, 16 MiB."""
MARGIN = 1.0 - 1e-12
"""Leaves room for the rounding of three distances."""


class Pivots:
    """The middles of cells around points (n, n_dimensions), each with a list of the nearest points, k < n.

    A point that is not in a pivot's list lies at least `range` from the pivot. So a place that is `away` from
    it has all its k nearest points in the list if the farthest of them is nearer than `range - away`. That
    holds whichever pivot is asked, so that a place's cell need not be told exactly.
    """

    def __init__(self, points: Doubles, k: int) -> None:
        n_points, n_dimensions = points.shape
        self.most = min(LISTED_PER_NEIGHBOUR * k + LISTED_BESIDES, n_points - 1)
        most = max(1, MOST_NUMBERS // ((self.most + 1) * n_dimensions))
        self._cells = Cells(points, crowd=max(2, k // NEIGHBOURS_PER_POINT), most=most)
        pivots = self._cells.centre
        distance, index = Scan(points, self.most + 1).query(pivots)
        self._range = distance[:, -1] * MARGIN
        # the pivot itself stands last in its list, as a point that there is not: so it is measured with them
        self._index = np.full(index.shape, n_points)
        self._index[:, :-1] = np.sort(index[:, :-1], axis=1)
        listed = np.concatenate([points[self._index[:, :-1]], pivots[:, None]], axis=1)
        self._listed = np.ascontiguousarray(listed.transpose(2, 0, 1))

    def query(self, places: Doubles, k: int) -> tuple[Doubles, Integers, NDArray[np.bool_]]:
        """Find the k nearest points of each of m places, shape (m, n_dimensions), as far as the lists tell.

        Returns
        -------
        distance, index, proven
            Of shapes (m, k), (m, k) and (m,): as `Scan.query` gives them, and whether they are proven. What
            is not are k points all the same, so that the k nearest lie no farther.
        """
        columns = np.ascontiguousarray(places.T)
        pivot = self._cells.find(columns)
        gap = self._listed.take(pivot, axis=1)
        gap -= columns[:, :, None]
        square = square_lengths(gap)
        away = np.sqrt(square[:, -1])
        square[:, -1] = np.inf
        distance, index = rank(square, self._index.take(pivot, axis=0), k)
        return distance, index, distance[:, -1] + away < self._range.take(pivot)

    def query_one(self, place: Doubles, k: int) -> tuple[Doubles, Integers, bool]:
        """Find the k nearest points of one place, (n_dimensions,), as `query` does."""
        pivot = self._cells.find_one(place)
        square = square_lengths(self._listed[:, pivot] - place[:, None])
        order = square[:-1].argsort(kind="stable")[:k]
        distance = np.sqrt(square.take(order))
        is_proven = distance.item(-1) + sqrt(square.item(-1)) < self._range.item(pivot)
        return distance, self._index[pivot].take(order), is_proven
