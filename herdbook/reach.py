"""The outlier rule: how far each cluster reaches beyond its members, as plain arrays, fitted elsewhere.

Membership and GLOSH score (Campello, Moulavi, Zimek, Sander 2015) are both ratios of densities to the peak of
a cluster, and a density is 1 / distance, so inside one cluster a threshold on any of the three is a threshold
on the others. It is kept as a distance, since that is what a cluster's neighbourhood is measured in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest points of n records, by distance.

    Attributes
    ----------
    index : (n, k) places of the points
    distance : (n, k) distances, ascending
    reach : (n, k) distances of mutual reachability
    """

    index: NDArray[np.int64]
    distance: NDArray[np.float64]
    reach: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        distance: NDArray[np.float64],
        index: NDArray[np.int64],
        *,
        core: NDArray[np.float64],
        min_samples: int,
    ) -> Neighbours:
        """Tell mutual reachability from what a tree of points answered, and the points' own distances."""
        own_core = distance[:, min(min_samples, distance.shape[1] - 1), None]
        reach = np.maximum(distance, own_core)
        return cls(index, distance, np.maximum(reach, core.take(index), out=reach))

    def pick(self, reach: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Pick the point with the least of `reach` (n, k) for each record, the nearest if there are several.

        Gives its place among the points and its reach, both of shape (n,).
        """
        best = reach.argmin(axis=1)
        if len(best) > 1:
            best += np.arange(0, reach.size, reach.shape[1])
        return self.index.take(best), reach.take(best)


@dataclass(frozen=True, eq=False)
class Reach:
    """The rule: a record belongs to the nearest member within whose cluster's reach it lies, or to none.

    Attributes
    ----------
    point_cluster : (n,) the cluster that each clustered point is a member of; -1 if of none
    limit : (n_clusters,) distance of mutual reachability up to which a cluster takes records
    beyond : (n_clusters,) share of the records that HDBSCAN put into a cluster which lie beyond its limit
    false_alarm_rate : () share of a cluster's true members that the limits are made to lose
    """

    point_cluster: NDArray[np.int64]
    limit: NDArray[np.float64]
    beyond: NDArray[np.float64]
    false_alarm_rate: NDArray[np.float64]

    def decide(self, near: Neighbours) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give each of n records its cluster, -1 for none, and the density there, both of shape (n,)."""
        cluster, shortest = self.choose(near)
        with np.errstate(divide="ignore"):
            return cluster, 1.0 / shortest

    def choose(self, near: Neighbours) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give each of n records its cluster and the reach to it; -1 for none, which is infinitely far."""
        within = near.reach <= self.point_limit.take(near.index)
        point, shortest = near.pick(np.where(within, near.reach, np.inf))
        cluster = self.point_cluster.take(point)
        cluster[shortest == np.inf] = -1
        return cluster, shortest

    @cached_property
    def farthest(self) -> float:
        """The largest limit; what lies farther from every point belongs to no cluster."""
        return float(self.limit.max(initial=-np.inf))

    @cached_property
    def point_limit(self) -> NDArray[np.float64]:
        """How far each point takes records, shape (n,); none if it is a member of no cluster."""
        limit = np.append(self.limit, -np.inf)
        return limit[self.point_cluster]

    def is_whole(self, n_points: int, n_clusters: int) -> bool:
        """Whether shapes fit together and every member belongs to a cluster that there is."""
        return (
            self.point_cluster.shape == (n_points,)
            and self.limit.shape == self.beyond.shape == (n_clusters,)
            and self.false_alarm_rate.shape == ()
            and bool(((self.point_cluster >= -1) & (self.point_cluster < n_clusters)).all())
        )

    def to_json(self) -> dict[str, Any]:
        """Tell the rule's figures; a limit is a distance in the space that records are clustered in."""
        return {
            "false_alarm_rate": float(self.false_alarm_rate),
            "reach": [float(limit) for limit in self.limit],
            "share_beyond_reach": [float(share) for share in self.beyond],
        }
