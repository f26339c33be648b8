"""How far the clusters of one clustering come back in another of the same records."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def measure_overlaps(found: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give each cluster of `found` (n,) its Jaccard overlap with the most similar one of `other` (n,).

    A cluster that has no record among these comes back as 0 (Hennig, Cluster-wise assessment of cluster
    stability, 2007).
    """
    n_found, n_other = int(found.max(initial=-1)) + 1, int(other.max(initial=-1)) + 1
    table = np.zeros((n_found + 1, n_other + 1))
    np.add.at(table, (found, other), 1.0)  # -1, none, is the last row and column
    both = table[:n_found, :n_other]
    either = table[:n_found].sum(axis=1)[:, None] + table[:, :n_other].sum(axis=0)[None, :] - both
    shares = both / np.maximum(either, 1.0)
    best: NDArray[np.float64] = shares.max(axis=1, initial=0.0)
    return best
