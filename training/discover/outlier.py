"""The outlier rule: how far a cluster reaches, told from its own members.

A member's own reach is the distance of mutual reachability to the nearest other member, as if it were new.
The limit is an extrapolated conformal quantile of these scores (Vovk, Gammerman, Shafer 2005): new members
are exchangeable with the old ones, so a share of them equal to the false-alarm rate lies beyond the
(1 - rate) quantile. That quantile cannot be read off the members, since noise has crept in among their
highest scores. It is extrapolated from the half of them that noise does not reach: the median and the upper
quartile fix a power-law tail (Hill 1975). True tails are lighter, since distances are smoothed over
`min_samples` neighbours and clusters have edges, so the rate is a ceiling: what was measured lies below it.
"""

from __future__ import annotations

from math import log2

import numpy as np
from numpy.typing import NDArray

from herdbook.reach import Neighbours, Reach
from training.discover.near import Near

FALSE_ALARM_RATE = 0.005
HALVINGS = log2(0.5 / FALSE_ALARM_RATE)
"""How often the share of members beyond must halve on the way from the median to the limit."""
LARGEST = float(np.finfo(np.float64).max)
TIED = 1e-9
"""Distances that differ by no larger share are the same, told with other last digits."""
ROWS_AT_ONCE = 4_096
THRESHOLD_RULE = (
    "A record belongs to the cluster whose nearest member lies within that cluster's reach, and is an "
    "outlier if there is none. The reach is set so that at most 1 true member in 200 is called an outlier, "
    "which is a ceiling and no estimate: each member's distance to the others is taken as if it were new, "
    "and the tail of these distances is extrapolated from their median and upper quartile, which stray "
    "records do not move. It is no threshold on the GLOSH outlier score: that is relative to the densest "
    "part of the nearest cluster, so scores of different clusters do not compare, and an outlier may have a "
    "lower one than a member of another cluster."
)


def fit_reach(
    points: NDArray[np.float64], core: NDArray[np.float64], cluster: NDArray[np.int64], *, min_samples: int
) -> Reach:
    """Fit the rule to points (n, n_dimensions) that HDBSCAN put into clusters (n,), -1 for none."""
    near, found = Near(points, min(2 * min_samples + 1, len(points))), [np.empty(0)]
    for start in range(0, len(points), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        others = leave_out(*near.query(points[part]), core, min_samples=min_samples)
        found.append(measure_reach(others, cluster, cluster[part]))
    return limit_reach(np.concatenate(found), cluster)


def leave_out(
    distance: NDArray[np.float64],
    index: NDArray[np.int64],
    core: NDArray[np.float64],
    *,
    min_samples: int,
) -> Neighbours:
    """Leave the points themselves out of their neighbours (n, k), where they stand first."""
    return Neighbours.of(distance[:, 1:], index[:, 1:], core=core, min_samples=min_samples)


def measure_reach(
    near: Neighbours, cluster: NDArray[np.int64], own: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give n points of clusters `own` the reach to the nearest other member; infinite if there is none."""
    is_mate = (cluster[near.index] == own[:, None]) & (own[:, None] >= 0)
    reach: NDArray[np.float64] = np.where(is_mate, near.reach, np.inf).min(axis=1)
    return reach


def limit_reach(reach: NDArray[np.float64], cluster: NDArray[np.int64]) -> Reach:
    """Set each cluster's limit from the reach (n,) of its members, and let go of those beyond it."""
    n_clusters = int(cluster.max(initial=-1)) + 1
    limit, beyond = np.zeros(n_clusters), np.zeros(n_clusters)
    for number in range(n_clusters):
        own = reach[cluster == number]
        limit[number] = find_limit(own)
        beyond[number] = (own > limit[number]).mean()
    kept = reach <= np.append(limit, -np.inf)[cluster]
    return Reach(np.where(kept, cluster, -1), limit, beyond, np.array(FALSE_ALARM_RATE))


def find_limit(reach: NDArray[np.float64]) -> float:
    """Extrapolate the quantile of reaches (n,) that a share of `FALSE_ALARM_RATE` lies beyond.

    Where the middle of them is tied, as among rounded values, there is nothing to extrapolate from, and the
    quantile itself is taken.
    """
    reach = reach[np.isfinite(reach)]
    if not len(reach):
        return 0.0
    median, upper = np.quantile(reach, (0.5, 0.75))
    if median <= 0 or upper <= median * (1 + TIED):
        return float(np.quantile(reach, 1 - FALSE_ALARM_RATE, method="higher"))
    with np.errstate(over="ignore"):
        return min(float(median * (upper / median) ** HALVINGS), LARGEST)
