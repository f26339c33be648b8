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

LISTED_PER_NEIGHBOUR = 4
SHORT_PER_NEIGHBOUR, SHORT_BESIDES = 2, 2
"""Shorter lists tell most places and take less time; the longer ones are asked of the others."""
NEIGHBOURS_PER_POINT = 4
"""A cell is divided down to so many times fewer points than are to be found: they lie far beyond its ends."""
MOST_NUMBERS = 1 << 21
"""So many coordinates are listed at most, 16 MiB."""
MARGIN, LEAST = 1.0 - 1e-12, 2.0**-500
"""Leave room for the rounding of three distances in up to some thousand columns, and for tiny squares."""


class Pivots:
    """The middles of cells around points (n, n_dimensions), each with a list of the `most` nearest points.

    A point that is not in a pivot's list lies at least `range` from the pivot. So a place that is `away` from
    it has all its k nearest points in the list if the farthest of them is nearer than `range - away`. That
    holds whichever pivot is asked, so that a place's cell need not be told exactly.

    Parameters
    ----------
    points, cells
        The points, and the cells around them.
    distance, index
        The `most` + 1 points nearest to the middle of each cell, as `Scan.query` gives them.
    """

    def __init__(self, points: Doubles, cells: Cells, distance: Doubles, index: Integers) -> None:
        self.most = index.shape[1] - 1
        self._cells = cells
        self._range = distance[:, -1] * MARGIN - LEAST
        # the pivot itself stands last in its list, as a point that there is not: so it is measured with them
        self._index = np.full(index.shape, len(points))
        self._index[:, :-1] = np.sort(index[:, :-1], axis=1)
        listed = np.concatenate([points[self._index[:, :-1]], cells.centre[:, None]], axis=1)
        self._listed = np.ascontiguousarray(listed.transpose(2, 0, 1))

    @classmethod
    def of(cls, points: Doubles, k: int) -> tuple[Pivots, Pivots]:
        """Make shorter and longer lists to find k points by, k < n."""
        n_points, n_dimensions = points.shape
        most = min(LISTED_PER_NEIGHBOUR * k, n_points - 1)
        n_cells = max(1, MOST_NUMBERS // ((most + 1) * n_dimensions))
        cells = Cells(points, crowd=max(2, k // NEIGHBOURS_PER_POINT), most=n_cells)
        distance, index = Scan(points, most + 1).query(cells.centre)
        n_short = min(SHORT_PER_NEIGHBOUR * k + SHORT_BESIDES, most) + 1
        return (
            cls(points, cells, distance[:, :n_short], index[:, :n_short]),
            cls(points, cells, distance, index),
        )

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
