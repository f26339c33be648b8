"""A division of the space around points into boxes, small where points are many, and found at once."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from herdbook.grid import Grid

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
Boxes = tuple[Integers, Doubles, Doubles]
"""First numbers of boxes, (n,), and their lowest and highest corners, (n, n_dimensions)."""


class Cells:
    """Boxes around points (n, n_dimensions), each a span of a grid's numbers.

    A box with `crowd` points in it is divided, or with more, if there would be more than `most` boxes.

    Which box is found is but a good guess: a place may lie outside it, at a border by rounding, or at any
    distance if there is no box where it lies. Only time may depend on it.

    Attributes
    ----------
    centre : (n_cells, n_dimensions) the middle of each box
    """

    def __init__(self, points: Doubles, *, crowd: int, most: int) -> None:
        columns = np.ascontiguousarray(points.T)
        self._grid = Grid(columns)
        number = self._grid.number(columns)
        order = number.argsort(kind="stable")
        number, points = number[order], points[order]
        crowd = max(crowd, len(points) // most)  # fewer would surely make too many boxes
        boxes = self._divide(number, points, crowd)
        while len(boxes[0]) > most and crowd <= len(points):
            crowd *= 2
            boxes = self._divide(number, points, crowd)
        kept = boxes[0].argsort()
        kept = kept[np.arange(min(most, len(kept))) * len(kept) // min(most, len(kept))]
        self.centre = (boxes[1][kept] + boxes[2][kept]) / 2.0
        self._next = boxes[0][kept][1:]
        self._next_list = self._next.tolist()

    def find(self, columns: Doubles) -> Integers:
        """Find the boxes of m places, given as columns (n_dimensions, m); shape (m,)."""
        return self._next.searchsorted(self._grid.number(columns), side="right")

    def find_one(self, place: Doubles) -> int:
        """Find the box of one place, (n_dimensions,), as `find` does."""
        return bisect_right(self._next_list, self._grid.number_one(place))

    def _divide(self, number: Integers, points: Doubles, crowd: int) -> Boxes:
        """Halve boxes, all at a time, until none has `crowd` points; `number` ascends, `points` likewise."""
        start, low, high = self._whole(number, points)
        span, done = 1 << len(self._grid.halved), []
        for column in self._grid.halved:
            count = number.searchsorted(start + span) - number.searchsorted(start)
            is_crowded = count >= crowd
            done.append((start[~is_crowded], low[~is_crowded], high[~is_crowded]))
            start, low, high = start[is_crowded], low[is_crowded], high[is_crowded]
            span //= 2
            start, low, high = _halve(start, low, high, column=column, span=span)
        done.append((start, low, high))
        starts, lows, highs = zip(*done, strict=True)
        return np.concatenate(starts), np.concatenate(lows), np.concatenate(highs)

    def _whole(self, number: Integers, points: Doubles) -> Boxes:
        """Give the boxes that nothing has halved: one for all points alike in the columns of few values."""
        grid, n_bits = self._grid, len(self._grid.halved)
        rank, first = np.unique(number >> n_bits, return_index=True)
        low = np.where(grid.is_few, points[first], grid.low)
        return rank << n_bits, low, np.where(grid.is_few, low, grid.high)


def _halve(start: Integers, low: Doubles, high: Doubles, *, column: int, span: int) -> Boxes:
    middle = (low[:, column] + high[:, column]) / 2.0
    above, below = low.copy(), high.copy()
    above[:, column] = below[:, column] = middle
    return (
        np.concatenate([start, start + span]),
        np.concatenate([low, above]),
        np.concatenate([below, high]),
    )
