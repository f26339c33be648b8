"""Density validity: how far clusters are parted, against how sparse they are inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def measure_validity(cluster: NDArray[np.int64], spanning: NDArray[np.float64]) -> float:
    """Tell the relative validity of clusters (n,), -1 for none, in -1..1; 0 for fewer than two.

    `spanning` holds the edges (n - 1, 3) of the minimum spanning tree of mutual reachability: two ends and a
    distance. This is DBCV (Moulavi, Jaskowiak, Campello, Zimek, Sander 2014) read off that one tree, as
    hdbscan's `relative_validity_` is: a cluster is as sparse as its longest edge inside, and as far from the
    others as its shortest edge out to another cluster. Outliers count as records of validity 0.
    """
    n_clusters = int(cluster.max(initial=-1)) + 1
    if n_clusters < 2:
        return 0.0
    one, other = (cluster[spanning[:, end].astype(np.int64)] for end in (0, 1))
    length = spanning[:, 2]
    sparseness = np.zeros(n_clusters)
    inside = (one == other) & (one >= 0)
    np.maximum.at(sparseness, one[inside], length[inside])
    separation = np.full(n_clusters, length.max())
    between = (one != other) & (one >= 0) & (other >= 0)
    for end in (one, other):
        np.minimum.at(separation, end[between], length[between])
    larger = np.maximum(np.maximum(separation, sparseness), np.finfo(np.float64).tiny)
    sizes = np.bincount(cluster[cluster >= 0], minlength=n_clusters)
    return float((sizes * (separation - sparseness) / larger).sum() / len(cluster))
