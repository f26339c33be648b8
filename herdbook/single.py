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
    """Tells of one record what `Clusters` tells of many, from its nearest points.

    No farther point is reached at less than the last one's distance. Where none of the points is reached at
    that, farther ones could matter: None is told, unless these are all that count.
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
        last = inf if are_all else distance.item(-1)
        nearest, shortest = self._choose(distance, index, None)
        if shortest > last:
            return None
        score = self._score(distance.item(0), nearest, _density(shortest))
        if shortest > self._reach.farthest:
            return -1, 0.0, score
        member, to_member = self._choose(distance, index, self._reach.point_limit)
        if member < 0:
            return (-1, 0.0, score) if last > self._reach.farthest else None
        if to_member > last:
            return None
        cluster = self._reach.point_cluster.item(member)
        return cluster, min(_density(to_member) / self._tree.cluster_top.item(cluster), 1.0), score

    def walk(self, distance: NDArray[np.float64], index: NDArray[np.int64], *, are_all: bool) -> Told | None:
        """Tell from distances and numbers of the nearest points, shape (k,), as hdbscan does."""
        tree = self._tree
        nearest, shortest = self._choose(distance, index, None)
        if shortest > distance.item(-1) and not are_all:
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
        self, distance: NDArray[np.float64], index: NDArray[np.int64], limit: NDArray[np.float64] | None
    ) -> tuple[int, float]:
        """Choose the point of shortest reach, of limited points one within its limit; -1 if there is none.

        Of equally short ones it is the nearest. The points come by distance, and none is reached sooner than
        at its own: so the search ends where a point lies as far as the shortest reach.
        """
        core, best, shortest = self._tree.core, -1, inf
        own = distance.item(min(self._min_samples, len(distance) - 1))
        for point, away in zip(index.tolist(), distance.tolist(), strict=True):
            least = own if own > away else away
            if least >= shortest:
                break
            known = core.item(point)
            reach = known if known > least else least
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
