"""Which features say the same: they share their importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import rankdata

from herdbook.dataset import Dataset

STRONG = 0.8


def measure_associations(dataset: Dataset, frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure how strongly each two features of a frame (n, n_features) hang together, from 0 to 1.

    Spearman's correlation, without its sign, where neither is a category; with a category, the canonical
    correlation of its indicators with the other's ranks or indicators (the correlation ratio where the other
    is a number). Missing values stand in the middle.
    """
    width = frame.shape[1]
    blocks = [_block(dataset.features[place].type, frame[:, place]) for place in range(width)]
    is_plain = np.array([block.shape[1] == 1 for block in blocks])
    found = np.eye(width)
    single = np.flatnonzero(is_plain)
    if len(single):
        matrix = np.hstack([blocks[place] for place in single])
        found[np.ix_(single, single)] = np.abs(matrix.T @ matrix)
    for i in np.flatnonzero(~is_plain):
        for j in range(width):
            if i != j and blocks[i].shape[1] and blocks[j].shape[1]:
                found[i, j] = found[j, i] = np.linalg.norm(blocks[i].T @ blocks[j], ord=2)
    np.fill_diagonal(found, 1.0)
    return np.clip(found, 0.0, 1.0)


def _block(kind: str, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give an orthonormal, centred basis (n, w) of what a feature can tell; w = 0 if it is constant."""
    is_missing = np.isnan(column)
    if kind == "category":
        matrix = (column[:, None] == np.unique(column[~is_missing])).astype(np.float64)
    else:
        matrix = np.zeros((len(column), 1))
        matrix[~is_missing, 0] = rankdata(column[~is_missing])
        matrix[~is_missing, 0] -= matrix[~is_missing, 0].mean() if (~is_missing).any() else 0.0
    matrix = matrix - matrix.mean(axis=0)
    left, sizes, _ = np.linalg.svd(matrix, full_matrices=False)
    basis: NDArray[np.float64] = left[:, sizes > 1e-9 * max(1.0, float(sizes.max(initial=0.0)))]
    return basis


def group_features(associations: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give each feature the number of its group: features joined by associations of at least 0.8."""
    found: NDArray[np.int64] = connected_components(associations >= STRONG, directed=False)[1].astype(
        np.int64
    )
    return found
