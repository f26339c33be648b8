"""Nearest points, exact and quick for one place and for thousands: by lists around pivots, else by a scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from herdbook.pivot import Pivots
from herdbook.scan import Scan

NUMBERS_AT_ONCE = 1 << 16
PROBES = 64
MANY = 200
"""For so many places it pays to ask shorter lists first."""
SHORT_FOR = 2
"""Lists of so many points for each neighbour are asked first; shorter ones would tell too few places."""
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
        Shorter and longer lists around pivots, from `list_points`; None if they prove nothing.

    Attributes
    ----------
    few : so many places are found one by one sooner than at once
    """

    def __init__(self, points: NDArray[np.float64], k: int, pivots: tuple[Pivots, Pivots] | None) -> None:
        self.k = k
        self._scan = Scan(points, k)
        self._pivots = pivots[1] if pivots and k <= pivots[1].most else None
        self._short = pivots[0] if pivots and SHORT_FOR * k <= pivots[0].most else None
        self.few = FEW if self._pivots else 1
        self._numbers_at_once = NUMBERS_AT_ONCE // points.shape[1]

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
        if self._short is None or len(places) < MANY:
            distance, index, proven = self._ask(pivots, places)
        else:
            distance, index, proven = self._ask(self._short, places)
            if len(rest := np.flatnonzero(~proven)):
                distance[rest], index[rest], proven[rest] = self._ask(pivots, places[rest])
        if not proven.all():
            rest = np.flatnonzero(~proven)
            distance[rest], index[rest] = self._scan.query_within(places[rest], distance[rest, -1])
        return distance, index

    def _ask(
        self, pivots: Pivots, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
        """Ask lists for so many places at once that what is compared stays in a core's cache."""
        rows = max(16, self._numbers_at_once // pivots.most)
        if len(places) <= rows:
            return pivots.query(places, self.k)
        starts = range(0, len(places), rows)
        found = [pivots.query(places[start : start + rows], self.k) for start in starts]
        distance, index, proven = zip(*found, strict=True)
        return np.concatenate(distance), np.concatenate(index), np.concatenate(proven)


def list_points(points: NDArray[np.float64], k: int) -> tuple[Pivots, Pivots] | None:
    """Set up pivots to find k points by, if of use: in many dimensions or among equal points they are not."""
    if len(points) < 8 * k:
        return None
    pivots = Pivots.of(points, k)
    probes = points[(2 * np.arange(PROBES) + 1) * len(points) // (2 * PROBES)]
    return pivots if pivots[-1].query(probes, k)[2].mean() > 0.5 else None
