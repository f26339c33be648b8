"""How far clusters survive when a part of the records is taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from training.discover.columns import ClusterColumns
from training.discover.overlap import measure_overlaps

RESAMPLES = 5
KEPT = 0.8


def measure_stability(columns: ClusterColumns, frame: NDArray[np.float64], *, seed: int) -> dict[str, Any]:
    """Refit on random parts of a frame (n, n_features) and compare on all of it with what `columns` found.

    The parts keep 80 % of the records each; a cluster's own measure is its mean Jaccard overlap with the most
    similar cluster of each refit (Hennig, Cluster-wise assessment of cluster stability, 2007). A scale that
    `columns` was given is kept: what choosing it anew would change is not in here, and parts that share most
    of their records share their chance clusters too. One record has no part, and so no refits.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    found = columns.clusters_.assign(frame).cluster
    agreements, overlaps, counts = [], [], []
    resamples = RESAMPLES if len(frame) > 1 else 0
    for _ in range(resamples):
        part = np.sort(generator.permutation(len(frame))[: int(KEPT * len(frame))])
        refitted = clone(columns).fit(frame[part]).clusters_
        other = refitted.assign(frame).cluster
        agreements.append(float(adjusted_rand_score(found, other)))
        overlaps.append(measure_overlaps(found, other))
        counts.append(refitted.n_clusters)
    return {
        "n_resamples": resamples,
        "kept": KEPT,
        "scale": "given" if columns.scale else "chosen anew",
        "seed": seed,
        "adjusted_rand_index": agreements,
        "n_clusters": counts,
        "cluster_overlap": np.mean(overlaps, axis=0).tolist() if overlaps else [],
    }
