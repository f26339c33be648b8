"""Nearest points, exact and quick for one place and for thousands: by lists around pivots, else by a scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from herdbook.pivot import Pivots
from herdbook.scan import FEW_ROWS, Scan

NUMBERS_AT_ONCE = 1 << 16
PROBES = 64


class Nearest:
    """Points of shape (n, n_dimensions), laid out once to find the k nearest of them, k <= n."""

    def __init__(self, points: NDArray[np.float64], k: int) -> None:
        self.k = k
        self._scan = Scan(points, k)
        self._pivots = _pivots(points, k)
        self._rows = max(16, NUMBERS_AT_ONCE // (4 * k * points.shape[1]))

    def query(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Find the k nearest points of each of m places, shape (m, n_dimensions); all must be finite.

        Returns
        -------
        distance, index
            Both of shape (m, k), by ascending distance; of equally near points the first ones.
        """
        if self._pivots is None:
            return self._scan.query(places)
        if len(places) == 1:
            distance, index, is_proven = self._pivots.query_one(places[0])
            if not is_proven:
                distance, index = self._scan.query_within(places[0], distance.item(-1))
            return distance[None], index[None]
        return self._query_some(self._pivots, places)

    def _query_some(
        self, pivots: Pivots, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        distance, index = np.empty((len(places), self.k)), np.empty((len(places), self.k), dtype=np.int64)
        proven = np.empty(len(places), dtype=np.bool_)
        for start in range(0, len(places), self._rows):
            part = slice(start, start + self._rows)
            distance[part], index[part], proven[part] = pivots.query(places[part])
        if not proven.all():
            self._query_rest(places, np.flatnonzero(~proven), distance, index)
        return distance, index

    def _query_rest(
        self,
        places: NDArray[np.float64],
        rest: NDArray[np.int64],
        distance: NDArray[np.float64],
        index: NDArray[np.int64],
    ) -> None:
        """Put what is proven in the place of the rows that are not."""
        if len(rest) > FEW_ROWS:
            distance[rest], index[rest] = self._scan.query(places[rest])
            return
        for row in rest:
            distance[row], index[row] = self._scan.query_within(places[row], distance.item(row, -1))


def _pivots(points: NDArray[np.float64], k: int) -> Pivots | None:
    """Set up pivots if they prove useful: in many dimensions, or among equal points, they do not."""
    if len(points) < 8 * k:
        return None
    pivots = Pivots(points, k)
    probes = points[(2 * np.arange(PROBES) + 1) * len(points) // (2 * PROBES)]
    return pivots if pivots.query(probes)[2].mean() > 0.5 else None
