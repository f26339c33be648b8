"""Numbers of places, in an order in which places with neighbouring numbers mostly lie close together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

FEW_VALUES = 8
"""A column of so few values is told by them, and not halved."""
MOST_HALVINGS = 12
N_BINS = 1 << MOST_HALVINGS
MOST_BITS = 62
MOST_RANK_BITS = 40
TAIL = 0.01
"""Share of the points on either side that may lie beyond the grid, lest a few far ones coarsen it."""
LEAST_WIDTH = 1e-200


class Grid:
    """A grid over the columns (n_dimensions, n) of some points.

    A number's first bits rank the place's values in columns of few values. Each bit after them halves a
    column, the one that is widest by then (a Morton order, for unlike widths). What lies beyond the grid
    counts as lying at its border.

    Attributes
    ----------
    is_few : (n_dimensions,) whether a column is told by its values
    low, high : (n_dimensions,) where each column begins and ends
    halved : the columns in the order in which they are halved
    """

    def __init__(self, columns: Doubles) -> None:
        values = [np.unique(column) for column in columns]
        widths = np.array([_bits_of(each) for each in values])
        self.is_few = widths.cumsum() <= MOST_RANK_BITS
        self.is_few &= [len(each) <= FEW_VALUES for each in values]
        inner = np.quantile(columns, (TAIL, 1.0 - TAIL), axis=1)
        self.low = np.where(self.is_few, columns.min(axis=1), inner[0])
        self.high = np.where(self.is_few, columns.max(axis=1), inner[1])
        self.halved = self._halve(MOST_BITS - int(widths[self.is_few].sum()))
        self._part = self._share_bits(values, widths)
        self._scale = N_BINS / np.maximum(self.high - self.low, LEAST_WIDTH)
        self._first = N_BINS * np.arange(len(columns))
        self._by_column = list(zip(self.low.tolist(), self._scale.tolist(), self._part.tolist(), strict=True))

    def number(self, columns: Doubles) -> Integers:
        """Give the numbers of m places, given as columns (n_dimensions, m); shape (m,)."""
        step = columns - self.low[:, None]
        step *= self._scale[:, None]
        np.maximum(step, 0.0, out=step)
        np.minimum(step, N_BINS - 1.0, out=step)
        bins = step.astype(np.int64)
        bins += self._first[:, None]
        number: Integers = np.add.reduce(self._part.take(bins), axis=0)
        return number

    def number_one(self, place: Doubles) -> int:
        """Give the number of one place, (n_dimensions,), as `number` does."""
        number = 0
        for value, (low, scale, part) in zip(place.tolist(), self._by_column, strict=True):
            step = (value - low) * scale
            number += part[int(step)] if 0.0 <= step < N_BINS else part[0 if step < 0.0 else -1]
        return number

    def _halve(self, n_bits: int) -> list[int]:
        width = np.where(self.is_few, -1.0, self.high - self.low)
        left = np.full(len(width), MOST_HALVINGS)
        halved: list[int] = []
        for _ in range(min(n_bits, MOST_HALVINGS * int((width >= 0).sum()))):
            column = int(np.where(left > 0, width, -1.0).argmax())
            width[column] /= 2.0
            left[column] -= 1
            halved.append(column)
        return halved

    def _share_bits(self, values: list[Doubles], widths: Integers) -> Integers:
        """Tell what each column adds to a number, by the bin that a value lies in; (n_dimensions, N_BINS)."""
        bins = np.arange(N_BINS)
        part = np.zeros((len(values), N_BINS), dtype=np.int64)
        below = np.full(len(values), MOST_HALVINGS)
        for place, column in enumerate(self.halved, start=1):
            below[column] -= 1
            part[column] |= ((bins >> below[column]) & 1) << (len(self.halved) - place)
        shift = len(self.halved)
        for column in np.flatnonzero(self.is_few).tolist():
            middle = (bins + 0.5) / N_BINS * (self.high[column] - self.low[column]) + self.low[column]
            between = (values[column][1:] + values[column][:-1]) / 2.0
            part[column] = between.searchsorted(middle) << shift
            shift += int(widths[column])
        return part


def _bits_of(values: Doubles) -> int:
    """Say how many bits the rank among some values takes; none if they are too many to be told by rank."""
    return (len(values) - 1).bit_length() if len(values) <= FEW_VALUES else 0
