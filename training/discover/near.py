"""Nearest points as SciPy's KD-tree tells them, bit for bit, and sooner where there are many dimensions.

A tree leaves out most of the points in few dimensions and hardly any in many: beyond five, a scan of all of
them by products of matrices is three to thirteen times as quick. Both tell the same distances. In which order
equally near points stand, and which of them is the last, only the tree tells, so it is asked about these.
That holds bit for bit where SciPy's compiler fuses no multiplication with an addition: its wheels for x86-64.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from herdbook.scan import Scan

MOST_BY_TREE = 5
"""In so many dimensions and fewer the tree is the quicker one."""

PROBES = 64
MOST_TIED = 0.25
"""Where more of the probes have equally near points, most are asked of the tree anyway."""


class Near:
    """Finite points of shape (n, n_dimensions), laid out once to find the k nearest of them, k <= n."""

    def __init__(self, points: NDArray[np.float64], k: int) -> None:
        self._points, self._k = points, k

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self._points)

    @cached_property
    def _scan(self) -> Scan | None:
        """Looks for one neighbour more: it may be as near as the last one."""
        if self._points.shape[1] <= MOST_BY_TREE or not len(self._points):
            return None
        scan = Scan(self._points, min(self._k + 1, len(self._points)))
        probes = self._points[:: max(1, len(self._points) // PROBES)]
        return scan if _is_tied(scan.query(probes)[0]).mean() <= MOST_TIED else None

    def query(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Find the k nearest points of m places; gives distances, ascending, and indices, both (m, k)."""
        if self._scan is None:
            return self._ask_tree(places)
        distance, index = self._scan.query(places)
        is_tied = _is_tied(distance)
        distance, index = distance[:, : self._k], index[:, : self._k]
        if is_tied.any():
            distance[is_tied], index[is_tied] = self._ask_tree(places[is_tied])
        return distance, index

    def _ask_tree(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        distance, index = self._tree.query(places, k=np.arange(1, self._k + 1))
        return distance, index

    def measure(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the distance of m places, (m,), to the k-th nearest point."""
        if self._scan is None:
            farthest: NDArray[np.float64] = self._tree.query(places, k=[self._k])[0][:, 0]
            return farthest
        return self._scan.query(places)[0][:, self._k - 1].copy()


def _is_tied(distance: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows of ascending distances (m, k) hold two that are equal."""
    is_tied: NDArray[np.bool_] = (distance[:, 1:] == distance[:, :-1]).any(axis=1)
    return is_tied
