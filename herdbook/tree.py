"""A condensed tree as plain arrays, and the walk of `hdbscan.approximate_predict` over it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-290
"""Stands for a peak of 0: a density is 1 / distance, so it is many times higher."""


@dataclass(frozen=True, eq=False)
class Tree:
    """A condensed tree over n points and m nodes; node 0 is the root. A density is 1 / distance.

    Attributes
    ----------
    points : (n, n_dimensions) the points that were clustered
    core : (n,) distance of each to its `min_samples`-th neighbour, itself counted
    point_node, point_density : (n,) the node that a point leaves, and at which density
    node_parent, node_density : (m,) the node above, and the density at which a node splits from it
    node_cluster : (m,) the selected cluster that a node belongs to; -1 if none
    node_peak : (m,) density at which membership of the node's cluster is whole; 0 if every density is
    node_highest : (m,) highest finite density below a node, the measure of outlier scores; 0 if there is none
    """

    points: NDArray[np.float64]
    core: NDArray[np.float64]
    point_node: NDArray[np.int64]
    point_density: NDArray[np.float64]
    node_parent: NDArray[np.int64]
    node_density: NDArray[np.float64]
    node_cluster: NDArray[np.int64]
    node_peak: NDArray[np.float64]
    node_highest: NDArray[np.float64]

    @property
    def n_clusters(self) -> int:
        """Number of selected clusters; they are numbered from 0."""
        return int(self.node_cluster.max()) + 1

    @cached_property
    def peaks(self) -> NDArray[np.float64]:
        """Density at which membership of each cluster is whole, shape (n_clusters,)."""
        numbers, first = np.unique(self.node_cluster, return_index=True)
        peaks: NDArray[np.float64] = self.node_peak[first[numbers >= 0]]
        return peaks

    @cached_property
    def point_top(self) -> NDArray[np.float64]:
        """What outlier scores near each point are measured by, for `share_of`, shape (n,)."""
        return np.maximum(self.node_highest, LEAST)[self.point_node]

    @cached_property
    def node_top(self) -> NDArray[np.float64]:
        """What membership at each node is measured by, for `share_of`, shape (m,)."""
        return np.maximum(self.node_peak, LEAST)

    @cached_property
    def cluster_top(self) -> NDArray[np.float64]:
        """What membership of each cluster is measured by; in no cluster, the last one, nobody has a share."""
        return np.append(np.maximum(self.peaks, LEAST), np.inf)

    @cached_property
    def leave_density(self) -> NDArray[np.float64]:
        """The density at which a climber leaves each node, shape (m,): nobody leaves the root."""
        return np.append(-np.inf, self.node_density[1:])

    def climb(self, neighbour: NDArray[np.int64], density: NDArray[np.float64]) -> NDArray[np.int64]:
        """Climb from each neighbour's node, shape (n,), to the first that is no denser than the new point."""
        node = self.point_node.take(neighbour)
        moving = self.point_density.take(neighbour) > density
        while True:
            moving &= self.leave_density.take(node) >= density
            if not moving.any():
                return node
            node = np.where(moving, self.node_parent.take(node), node)

    def is_whole(self, n_dimensions: int) -> bool:
        """Whether shapes fit together, every index points to something, and every point lies somewhere."""
        n_points, n_nodes = len(self.points), len(self.node_parent)
        by_point = (self.core, self.point_node, self.point_density)
        by_node = (self.node_density, self.node_cluster, self.node_peak, self.node_highest)
        return (
            n_nodes > 0
            and self.points.shape == (n_points, n_dimensions)
            and bool(np.isfinite(self.points).all())
            and all(array.shape == (n_points,) for array in by_point)
            and all(array.shape == (n_nodes,) for array in by_node)
            and bool(((self.point_node >= 0) & (self.point_node < n_nodes)).all())
            and bool((self.node_parent >= 0).all())
            and bool((self.node_parent[1:] < np.arange(1, n_nodes)).all())
        )


def share_of(density: NDArray[np.float64], top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how far a density reaches to a top above 0, in 0..1."""
    share: NDArray[np.float64] = density / top
    return np.minimum(share, 1.0, out=share)
