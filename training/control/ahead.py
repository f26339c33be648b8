"""The first question of a tree, chosen with the second in view.

A greedy tree chooses each question as if it were the last, and so misses rules that need two at once, like
"one or the other but not both". Here every first question is tried with the best second one on either side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 16
"""Values of a column are gathered in at most so many parts of equal size; bounds lie between these."""
MOST_WORK = 10_000
"""Columns squared times classes: fifty columns and four classes, for a fifth of a CPU-second."""


def can_look_ahead(n_columns: int, n_classes: int) -> bool:
    """Say whether there are few enough columns and classes to try all pairs of questions."""
    return n_columns * n_columns * n_classes <= MOST_WORK


def fill_missing(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Let missing values of a matrix of ranks (n, n_columns) be below all others."""
    return np.where(np.isnan(matrix), np.float32(-1), matrix)


def find_first_question(matrix: NDArray[np.float32], y: NDArray[np.int64]) -> tuple[int, float] | None:
    """Find the column and the bound after which two best second questions give the most labels.

    `matrix`, shape (n, n_columns), holds ranks without missing values, `y` (n,) the labels. None if every
    column is constant.
    """
    places, y = np.unique(y, return_inverse=True)
    edges = [_find_edges(matrix[:, place]) for place in range(matrix.shape[1])]
    codes = np.column_stack([np.searchsorted(edge, matrix[:, j]) for j, edge in enumerate(edges)])
    n_right = np.array([_count_right(codes, place, y, len(places)) for place in range(matrix.shape[1])])
    n_right[np.array([[cut >= len(edge) for cut in range(BINS - 1)] for edge in edges])] = -1
    column, cut = np.unravel_index(int(n_right.argmax()), n_right.shape)
    return (int(column), float(edges[column][cut])) if n_right.max() >= 0 else None


def _find_edges(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give at most 15 values that part a column (n,): up to each, and above it."""
    known = np.unique(values)
    if len(known) > BINS:
        shares = np.arange(1, BINS) / BINS
        known = np.unique(np.append(np.quantile(values, shares, method="lower"), known[-1]))
    return known[:-1]


def _count_right(codes: NDArray[np.int64], place: int, y: NDArray[np.int64], k: int) -> NDArray[np.int32]:
    """Count the labels that are right for each bound of one column (15,), with the best second questions."""
    width = codes.shape[1]
    flat = ((np.arange(width) * BINS + codes[:, [place]]) * BINS + codes) * k + y[:, None]
    counts = np.bincount(flat.ravel(), minlength=width * BINS * BINS * k).astype(np.int32)
    low = counts.reshape(width, BINS, BINS, k).cumsum(axis=1, dtype=np.int32)
    high = low[:, -1:] - low
    found: NDArray[np.int32] = (_split_best(low) + _split_best(high))[:-1]
    return found


def _split_best(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Count what the best second question gives, (16,), from counts (n_columns, 16, 16, k) of its bins."""
    below = counts.cumsum(axis=2, dtype=np.int32)
    above = below[:, :, -1:] - below
    best: NDArray[np.int32] = (below.max(axis=3) + above.max(axis=3)).max(axis=(0, 2))
    return best
