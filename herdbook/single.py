"""One record assigned with plain numbers, which is several times quicker than with arrays of one."""

from __future__ import annotations

from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from herdbook.reach import Reach
from herdbook.tree import Tree

Told = tuple[int, float, float]
"""Cluster, membership and outlier score."""


class SingleRule(Protocol):
    """What tells of one record where it lies: a method of `Single`."""

    def __call__(
        self, distance: NDArray[np.float64], index: NDArray[np.int64], *, are_all: bool
    ) -> Told | None:
        """Tell from distances and numbers of the nearest points; None if more points could change it."""


class Single:
    """Tells of one record what `Clusters` tells of many, from its nearest points.

    The `min_samples` + 1 nearest tell the record's own core distance, and no reach is shorter. Where no point
    is reached at it, farther points could matter: None is told, unless the points given are all that count.
    """

    def __init__(self, tree: Tree, reach: Reach | None, *, min_samples: int) -> None:
        self._tree = tree
        self._reach = reach
        self._min_samples = min_samples
        self._has_clusters = tree.n_clusters > 0

    def assign(
        self, distance: NDArray[np.float64], index: NDArray[np.int64], *, are_all: bool
    ) -> Told | None:
        """Tell from distances and numbers of the nearest points, shape (k,), by the outlier rule."""
        assert self._reach is not None
        nearest, shortest = self._choose(distance, index, None, are_all=are_all)
        if nearest < 0:
            return None
        score = self._score(distance.item(0), nearest, _density(shortest))
        if shortest > self._reach.farthest:
            return -1, 0.0, score
        member, to_member = self._choose(distance, index, self._reach.point_limit, are_all=are_all)
        if member < 0:
            return (-1, 0.0, score) if are_all else None
        cluster = self._reach.point_cluster.item(member)
        return cluster, min(_density(to_member) / self._tree.cluster_top.item(cluster), 1.0), score

    def walk(self, distance: NDArray[np.float64], index: NDArray[np.int64], *, are_all: bool) -> Told | None:
        """Tell from distances and numbers of the nearest points, shape (k,), as hdbscan does."""
        tree = self._tree
        nearest, shortest = self._choose(distance, index, None, are_all=are_all)
        if nearest < 0:
            return None
        density = _density(shortest)
        node = tree.point_node.item(nearest)
        if tree.point_density.item(nearest) > density:
            while tree.leave_density.item(node) >= density:
                node = tree.node_parent.item(node)
        cluster = tree.node_cluster.item(node)
        membership = min(density / tree.node_top.item(node), 1.0) if cluster >= 0 else 0.0
        return cluster, membership, self._score(distance.item(0), nearest, density)

    def _choose(
        self,
        distance: NDArray[np.float64],
        index: NDArray[np.int64],
        limit: NDArray[np.float64] | None,
        *,
        are_all: bool,
    ) -> tuple[int, float]:
        """Choose the point of shortest reach, of limited points one within its limit; -1 if there is none.

        Of equally short ones it is the nearest. Unless these are all, only the own core distance will do.
        """
        core, near = self._tree.core, index.tolist()
        n_near = min(self._min_samples + 1, len(near))
        own = distance.item(n_near - 1)
        for point in near[:n_near]:
            if core.item(point) <= own and (limit is None or own <= limit.item(point)):
                return point, own
        best, shortest = -1, inf
        if are_all:
            for point, away in zip(near, distance.tolist(), strict=True):
                reach = max(own, away, core.item(point))
                if reach < shortest and (limit is None or reach <= limit.item(point)):
                    best, shortest = point, reach
        return best, shortest

    def _score(self, closest: float, nearest: int, density: float) -> float:
        if not self._has_clusters:
            return 1.0
        own = density if closest else self._tree.point_density.item(nearest)
        return 1.0 - min(own / self._tree.point_top.item(nearest), 1.0)


def _density(distance: float) -> float:
    return 1.0 / distance if distance else inf
