"""One record assigned with plain numbers, which is several times quicker than with arrays of one."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from herdbook.reach import Reach
from herdbook.tree import Tree

Told = tuple[int, float, float]
"""Cluster, membership and outlier score."""


class Single:
    """Tells of one record what `Clusters` tells of many, from its `min_samples` + 1 nearest points.

    The last of their distances is the record's own core distance, and no reach is shorter. Where no point is
    reached at it, farther points could matter, and None is told.
    """

    def __init__(self, tree: Tree, reach: Reach | None) -> None:
        self._tree = tree
        self._reach = reach
        self._has_clusters = tree.n_clusters > 0

    def assign(self, distance: NDArray[np.float64], index: NDArray[np.int64]) -> Told | None:
        """Tell from distances and numbers of the nearest points, shape (k,), by the outlier rule."""
        assert self._reach is not None
        own = distance.item(-1)
        nearest = self._pick(own, index)
        if nearest is None:
            return None
        density = 1.0 / own if own else inf
        score = self._score(distance.item(0), nearest, density)
        for point in index.tolist():
            if own <= self._reach.point_limit.item(point) and self._tree.core.item(point) <= own:
                cluster = self._reach.point_cluster.item(point)
                return cluster, min(density / self._tree.cluster_top.item(cluster), 1.0), score
        return (-1, 0.0, score) if own > self._reach.farthest else None

    def walk(self, distance: NDArray[np.float64], index: NDArray[np.int64]) -> Told | None:
        """Tell from distances and numbers of the nearest points, shape (k,), as hdbscan does."""
        tree = self._tree
        own = distance.item(-1)
        nearest = self._pick(own, index)
        if nearest is None:
            return None
        density = 1.0 / own if own else inf
        node = tree.point_node.item(nearest)
        if tree.point_density.item(nearest) > density:
            while tree.leave_density.item(node) >= density:
                node = tree.node_parent.item(node)
        cluster = tree.node_cluster.item(node)
        membership = min(density / tree.node_top.item(node), 1.0) if cluster >= 0 else 0.0
        return cluster, membership, self._score(distance.item(0), nearest, density)

    def _pick(self, own: float, index: NDArray[np.int64]) -> int | None:
        """Pick the nearest point that is reached at the record's own core distance."""
        core = self._tree.core
        return next((point for point in index.tolist() if core.item(point) <= own), None)

    def _score(self, closest: float, nearest: int, density: float) -> float:
        if not self._has_clusters:
            return 1.0
        own = density if closest else self._tree.point_density.item(nearest)
        return 1.0 - min(own / self._tree.point_top.item(nearest), 1.0)
