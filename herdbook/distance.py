"""Distances of points, told as SciPy's trees tell them: to the last bit, alone or among others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNROLLED = 4
"""SciPy sums the squares of four dimensions at a time side by side (`ckdtree/src/distance.h`, 1.17)."""


def subtract(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract one place, (n_dimensions,), from points that are columns, shape (n_dimensions, n).

    In one operation it takes twice as long: NumPy 2.4 first copies a broadcast coordinate into a buffer.
    """
    gap = np.empty_like(points)
    for row, column, coordinate in zip(gap, points, place.tolist(), strict=True):
        np.subtract(column, coordinate, out=row)
    return gap


def square_lengths(gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the squared lengths of differences (n_dimensions, ...), shape (...); `gap` is used up.

    The outlier rule compares distances with limits that were distances once, so the order of summing matters.
    """
    gap *= gap
    blocks = len(gap) // UNROLLED
    if blocks < 2:
        short: NDArray[np.float64] = np.add.reduce(gap, axis=0)
        return short
    whole = blocks * UNROLLED
    sides = np.add.reduce(gap[:whole].reshape(blocks, UNROLLED, *gap.shape[1:]), axis=0)
    length: NDArray[np.float64] = np.add.reduce(sides, axis=0)
    for summand in gap[whole:]:
        length += summand
    return length


def rank(
    square: NDArray[np.float64], index: NDArray[np.int64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Rank points by their squared distance and keep the first k of each row; both are of shape (m, n).

    Equal ones stay in the order in which they stand. Gives distances and indices, both of shape (m, k).
    """
    if len(square) == 1:
        place = square[0].argsort(kind="stable")[:k]
        return np.sqrt(square.take(place))[None], index.take(place)[None]
    order = _order(square, k)
    order += np.arange(0, square.size, square.shape[1])[:, None]
    return np.sqrt(square.take(order)), index.take(order)


def _order(square: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Order rows by keys of a distance's leading bits and its place: to sort is quicker than to argsort.

    Where two of the first distances agree in the leading bits, the slow and stable way is taken.
    """
    width = square.shape[1]
    last = (1 << (width - 1).bit_length()) - 1
    key = square.view(np.int64) & ~last
    key |= np.arange(width)
    key.sort(axis=1)
    key = key[:, : k + 1]
    if ((key[:, 1:] ^ key[:, :-1]) <= last).any():
        return square.argsort(axis=1, kind="stable")[:, :k]
    order: NDArray[np.int64] = key[:, :k] & last
    return order
