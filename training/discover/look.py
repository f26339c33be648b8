"""One look at points with a given number of neighbours: costly once, then cheap for every cluster size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.reach import Neighbours
from training.discover.near import Near
from training.discover.outlier import leave_out, limit_reach, measure_reach


class Look:
    """The minimum spanning tree of points (n, n_dimensions) and their neighbours, for one `min_samples`."""

    def __init__(self, points: NDArray[np.float64], min_samples: int) -> None:
        from hdbscan import hdbscan_  # noqa: PLC0415 - takes a second to import

        self.points = points
        self._known: dict[int, NDArray[np.int64]] = {}
        self.linkage, self.spanning = hdbscan_._hdbscan_boruvka_kdtree(  # noqa: SLF001 - HDBSCAN would repeat it
            points,
            min_samples=min_samples,
            approx_min_span_tree=False,
            gen_min_span_tree=True,
            core_dist_n_jobs=1,
        )
        n_neighbours = min(2 * min_samples + 1, len(points))
        distance, index = Near(points, n_neighbours).query(points)
        core = distance[:, min(min_samples, n_neighbours) - 1]
        told: dict[str, Any] = {"core": core, "min_samples": min_samples}
        self._near = Neighbours.of(distance[:, : 2 * min_samples], index[:, : 2 * min_samples], **told)
        self._others = leave_out(distance, index, **told)

    def cluster(self, min_cluster_size: int) -> NDArray[np.int64]:
        """Give each point its cluster (n,) after the outlier rule, -1 for none."""
        if min_cluster_size not in self._known:
            self._known[min_cluster_size] = self._cluster(min_cluster_size)
        return self._known[min_cluster_size]

    def _cluster(self, min_cluster_size: int) -> NDArray[np.int64]:
        from hdbscan import hdbscan_  # noqa: PLC0415

        labels = hdbscan_._tree_to_labels(self.points, self.linkage, min_cluster_size)[0]  # noqa: SLF001
        found = np.asarray(labels, dtype=np.int64)
        if found.max(initial=-1) < 0:
            return np.full(len(found), -1)
        reach = measure_reach(self._others, found, found)
        return limit_reach(reach, found).decide(self._near)[0]
