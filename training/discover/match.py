"""Matching the clusters of two discoveries of the same records, by the members that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SMALLEST_OVERLAP = 0.5
"""Overlap that two clusters must exceed to be the same one.

Overlap is Jaccard's: records in both, of the records in either. At one half or less a cluster counts as
dissolved (Hennig 2008, "Dissolution point and isolation robustness"). Above it each holds more than half of
the other, so a cluster has one match at most, and no order or optimum decides between several.
"""


@dataclass(frozen=True, eq=False)
class Matching:
    """Which found cluster is which cluster of the reference.

    Attributes
    ----------
    of
        Found cluster to reference cluster, one to one.
    overlaps
        Found cluster to its overlap with its match, above one half and at most 1.
    new
        Found clusters that no cluster of the reference is.
    gone
        Clusters of the reference that none of the found ones is.
    """

    of: dict[int, int]
    overlaps: dict[int, float]
    new: tuple[int, ...]
    gone: tuple[int, ...]


def match_clusters(
    reference: NDArray[np.int64],
    found: NDArray[np.int64],
    *,
    n_reference: int | None = None,
    n_found: int | None = None,
) -> Matching:
    """Match two clusterings of the same n records, each of shape (n,), -1 for a record in no cluster.

    Parameters
    ----------
    reference, found
        Cluster of each record; the two number their clusters as they like.
    n_reference, n_found
        How many clusters there are; the highest number that occurs decides if left out. Only these show a
        cluster that none of the records is in.
    """
    rows = _count(reference, n_reference)
    columns = _count(found, n_found)
    shared = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    np.add.at(shared, (reference, found), 1)  # -1 counts in the last row or column
    either = shared.sum(axis=1)[:-1, None] + shared.sum(axis=0)[None, :-1] - shared[:-1, :-1]
    overlap = shared[:-1, :-1] / np.maximum(either, 1)
    pairs = [(int(old), int(new)) for old, new in np.argwhere(overlap > SMALLEST_OVERLAP)]
    of = {new: old for old, new in sorted(pairs, key=lambda pair: pair[1])}
    return Matching(
        of=of,
        overlaps={new: float(overlap[old, new]) for new, old in of.items()},
        new=tuple(number for number in range(columns) if number not in of),
        gone=tuple(number for number in range(rows) if number not in of.values()),
    )


def _count(cluster: NDArray[np.int64], n_clusters: int | None) -> int:
    return max(n_clusters or 0, int(cluster.max(initial=-1)) + 1)
