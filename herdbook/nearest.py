"""Nearest points, exact and quick for one place and for thousands: by lists around pivots, else by a scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from herdbook.pivot import Pivots
from herdbook.scan import Scan

NUMBERS_AT_ONCE = 1 << 16
PROBES = 64
FEW = 4
"""So many places are looked up one by one sooner than at once."""


class Nearest:
    """Points of shape (n, n_dimensions), laid out once to find the k nearest of them, k <= n.

    Parameters
    ----------
    points
        The points.
    k
        How many of them to find.
    pivots
        Lists around pivots, from `list_points`; None if they prove nothing.

    Attributes
    ----------
    few : so many places are found one by one sooner than at once
    """

    def __init__(self, points: NDArray[np.float64], k: int, pivots: Pivots | None) -> None:
        self.k = k
        self._scan = Scan(points, k)
        self._pivots = pivots if pivots and k <= pivots.most else None
        self.few = FEW if self._pivots else 1
        self._rows = max(16, NUMBERS_AT_ONCE // (pivots.most * points.shape[1])) if pivots else 0

    def query(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Find the k nearest points of each of m places, shape (m, n_dimensions); all must be finite.

        Returns
        -------
        distance, index
            Both of shape (m, k), by ascending distance; of equally near points the first ones.
        """
        if self._pivots is None:
            return self._scan.query(places)
        if 0 < len(places) <= self.few:
            found = [self.query_one(place) for place in places]
            return np.array([distance for distance, _ in found]), np.array([index for _, index in found])
        return self._query_some(self._pivots, places)

    def query_one(self, place: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Find the k nearest points of one place, (n_dimensions,), as `query` does; both of shape (k,)."""
        if self._pivots is None:
            distances, indices = self._scan.query(place[None])
            return distances[0], indices[0]
        distance, index, is_proven = self._pivots.query_one(place, self.k)
        if is_proven:
            return distance, index
        distances, indices = self._scan.query_within(place[None], distance[-1:])
        return distances[0], indices[0]

    def _query_some(
        self, pivots: Pivots, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        if len(places) <= self._rows:
            distance, index, proven = pivots.query(places, self.k)
        else:
            starts = range(0, len(places), self._rows)
            found = [pivots.query(places[start : start + self._rows], self.k) for start in starts]
            distance, index, proven = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if not proven.all():
            rest = np.flatnonzero(~proven)
            distance[rest], index[rest] = self._scan.query_within(places[rest], distance[rest, -1])
        return distance, index


def list_points(points: NDArray[np.float64], k: int) -> Pivots | None:
    """Set up pivots to find k points by, if of use: in many dimensions or among equal points they are not."""
    if len(points) < 8 * k:
        return None
    pivots = Pivots(points, k)
    probes = points[(2 * np.arange(PROBES) + 1) * len(points) // (2 * PROBES)]
    return pivots if pivots.query(probes, k)[2].mean() > 0.5 else None
