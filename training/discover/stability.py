"""How far clusters survive when a part of the records is taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from training.discover.columns import ClusterColumns

RESAMPLES = 5
KEPT = 0.8


def measure_stability(columns: ClusterColumns, frame: NDArray[np.float64], *, seed: int) -> dict[str, Any]:
    """Refit on random parts of a frame (n, n_features) and compare on all of it with what `columns` found.

    The parts keep 80 % of the records each; a cluster's own measure is its mean Jaccard overlap with the most
    similar cluster of each refit (Hennig, Cluster-wise assessment of cluster stability, 2007).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    found = columns.clusters_.assign(frame).cluster
    agreements, overlaps, counts = [], [], []
    for _ in range(RESAMPLES):
        part = np.sort(generator.permutation(len(frame))[: int(KEPT * len(frame))])
        refitted = clone(columns).fit(frame[part]).clusters_
        other = refitted.assign(frame).cluster
        agreements.append(float(adjusted_rand_score(found, other)))
        overlaps.append(_best_overlaps(found, other))
        counts.append(refitted.n_clusters)
    return {
        "n_resamples": RESAMPLES,
        "kept": KEPT,
        "seed": seed,
        "adjusted_rand_index": agreements,
        "n_clusters": counts,
        "cluster_overlap": [float(value) for value in np.mean(overlaps, axis=0)],
    }


def _best_overlaps(found: NDArray[np.int64], other: NDArray[np.int64]) -> list[float]:
    """Give each cluster of `found` its Jaccard overlap with the most similar one of `other`."""
    best = []
    for number in range(int(found.max(initial=-1)) + 1):
        members = found == number
        rivals = np.unique(other[members & (other >= 0)])
        shares = [(members & (other == rival)).sum() / (members | (other == rival)).sum() for rival in rivals]
        best.append(float(max(shares, default=0.0)))
    return best
