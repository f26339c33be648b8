"""How far a discovery agrees with the source's own kinds: for evaluation only, nothing is chosen by it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

NOTE = "evaluation only: no part of discovery or training has seen these kinds"


def measure_agreement(
    kinds: NDArray[np.object_], cluster: NDArray[np.int64], *, noise: str | None = None
) -> dict[str, Any]:
    """Measure how far clusters, shape (n,), -1 for none, agree with kinds as text, shape (n,), None unknown.

    The adjusted Rand index (Hubert, Arabie 1985) is taken twice: over all records, where those of no cluster
    are one more group, as those of no kind are; and over the records of a kind that lie in a cluster. `noise`
    is the kind of records of no kind; without it, outliers cannot be judged.

    Returns
    -------
    dict
        Plain JSON: `note`, `n_records` with a known kind, `adjusted_rand_index`,
        `adjusted_rand_index_in_clusters` (None if no record counts), `contingency` with `kinds`, `clusters`
        (-1 last) and `counts`, and `outliers` with counts, `precision`, `recall` and `f1`, or None.
    """
    is_known = np.array([kind is not None for kind in kinds], dtype=np.bool_)
    known, cluster = kinds[is_known].astype(np.str_), cluster[is_known]
    in_both = (cluster >= 0) & (known != noise)
    return {
        "note": NOTE,
        "n_records": len(known),
        "adjusted_rand_index": _rand_index(known, cluster),
        "adjusted_rand_index_in_clusters": _rand_index(known[in_both], cluster[in_both]),
        "contingency": _count(known, cluster, noise=noise),
        "outliers": None if noise is None else _judge_outliers(known == noise, cluster == -1),
    }


def _rand_index(kinds: NDArray[np.str_], cluster: NDArray[np.int64]) -> float | None:
    return float(adjusted_rand_score(kinds, cluster)) if len(kinds) else None


def _count(kinds: NDArray[np.str_], cluster: NDArray[np.int64], *, noise: str | None) -> dict[str, Any]:
    """Count the records of each kind, the noise last, in each cluster, those of none last."""
    rows = sorted(set(kinds.tolist()), key=lambda kind: (kind == noise, kind))
    columns = [*range(int(cluster.max(initial=-1)) + 1), -1]
    counts = [[int(((kinds == kind) & (cluster == number)).sum()) for number in columns] for kind in rows]
    return {"kinds": rows, "clusters": columns, "counts": counts}


def _judge_outliers(is_noise: NDArray[np.bool_], is_outlier: NDArray[np.bool_]) -> dict[str, Any]:
    """Judge outliers against noise; a share of nothing is None, F1 is 1 where there is nothing to find."""
    both, n_noise, n_found = int((is_noise & is_outlier).sum()), int(is_noise.sum()), int(is_outlier.sum())
    return {
        "n_noise": n_noise,
        "n_found": n_found,
        "n_both": both,
        "precision": both / n_found if n_found else None,
        "recall": both / n_noise if n_noise else None,
        "f1": 2 * both / (n_noise + n_found) if n_noise + n_found else 1.0,
    }
