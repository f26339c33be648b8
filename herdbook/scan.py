"""The nearest points among all of them, in plain NumPy: exact, and in bounded memory.

A product of matrices in single precision tells all distances nearly, and a bound on its error tells which
points may be among the nearest. Only their distances are then taken exactly. Where too many points are in
question, as among many equal ones, all distances are taken exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from herdbook.distance import rank, square_lengths, subtract
from herdbook.product import multiply

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]

MOST_LANES = 8
BLOCKS_PER_NEIGHBOUR = 8
"""With so many blocks of points for each neighbour, two of the nearest seldom share one."""
CELLS_AT_ONCE = 1 << 17
"""So many near distances stay in a core's cache."""
NUMBERS_AT_ONCE = 1 << 15
CROWD_PER_NEIGHBOUR = 3
"""Where the least of so many blocks for each neighbour are within a limit, a closer one is looked for."""
FEWEST_ROWS, MOST_ROWS = 16, 64
FEW_ROWS, FEW_KNOWN_ROWS = 4, 6
FEW_NUMBERS = 1 << 14
"""So few coordinates are compared exactly with one place sooner than nearly."""
SINGLE, DOUBLE, UNDERFLOW = 2.0**-24, 2.0**-52, 2.0**-120
FAR = 2.0**126
ROOM = 1.0 + 1e-12
"""Leaves room for the rounding of a distance and of its square."""
MOST_SLACK = 2.0**100
"""With less, no near form is beyond `FAR`: it is at most 2²⁴ times the slack."""


class Scan:
    """Points of shape (n, n_dimensions), laid out once to find the k nearest of them, k <= n."""

    def __init__(self, points: Doubles, k: int) -> None:
        n_points, n_dimensions = points.shape
        self._k = k
        self._points = np.full((n_dimensions, n_points + 1), np.inf)  # the last one is nowhere
        self._points[:, :-1] = points.T
        self._lanes = max(1, min(MOST_LANES, n_points // (BLOCKS_PER_NEIGHBOUR * k)))
        self._blocks = -(-n_points // self._lanes)
        self._centre = points.mean(axis=0)
        self._form = _near_form(points - self._centre, self._blocks * self._lanes)
        self._radius = float(np.sqrt(((points - self._centre) ** 2).sum(axis=1).max()))
        self._most = 4 * k + 64
        self._chunk = max(FEWEST_ROWS, min(MOST_ROWS, CELLS_AT_ONCE // len(self._form)))
        self._rows = max(1, NUMBERS_AT_ONCE // (k * n_dimensions * self._chunk)) * self._chunk

    def query(self, places: Doubles) -> tuple[Doubles, Integers]:
        """Find the k nearest points of each of m places, shape (m, n_dimensions); all must be finite.

        Returns
        -------
        distance, index
            Both of shape (m, k), by ascending distance; of equally near points the first ones.
        """
        # what overflows is too far for single precision, or even double, to tell: it is then not asked
        with np.errstate(over="ignore"):
            return self._query(places)

    def _query(self, places: Doubles) -> tuple[Doubles, Integers]:
        if len(places) > FEW_ROWS:
            return self._query_all(places)
        distance, index = np.empty((len(places), self._k)), np.empty((len(places), self._k), dtype=np.int64)
        for row in range(len(places)):
            distance[row], index[row] = self._query_one(places[row : row + 1])
        return distance, index

    def _query_all(self, places: Doubles, most: Doubles | None = None) -> tuple[Doubles, Integers]:
        distance, index = np.empty((len(places), self._k)), np.empty((len(places), self._k), dtype=np.int64)
        cells = np.empty(len(self._form) * min(self._chunk, len(places)), dtype=np.float32)
        for start in range(0, len(places), self._rows):
            part = slice(start, start + self._rows)
            known = None if most is None else most[part]
            distance[part], index[part] = self._query_some(places[part], cells, known)
        return distance, index

    def query_within(self, places: Doubles, most: Doubles) -> tuple[Doubles, Integers]:
        """Find the nearest points of m places as `query` does; k of them lie within `most`, (m,).

        To compare with a distance takes less than to find out which distance to compare with.
        """
        with np.errstate(over="ignore"):
            if len(places) > FEW_KNOWN_ROWS or self._points.size > FEW_NUMBERS:
                return self._query_all(places, most)
            found = [self._compare(*pair) for pair in zip(places, most.tolist(), strict=True)]
        if len(found) == 1:
            return found[0][0][None], found[0][1][None]
        return np.array([distance for distance, _ in found]), np.array([index for _, index in found])

    def _compare(self, place: Doubles, most: float) -> tuple[Doubles, Integers]:
        square = square_lengths(subtract(self._points, place))
        index = (square <= most * most * ROOM + UNDERFLOW).nonzero()[0]
        square = square.take(index)
        order = square.argsort(kind="stable")[: self._k]
        return np.sqrt(square.take(order)), index.take(order)

    def _query_one(self, places: Doubles) -> tuple[Doubles, Integers]:
        if self._points.size <= FEW_NUMBERS:
            return self._query_crowded(places[0])
        factor, slack, _ = self._prepare(places)
        if not slack[0] < MOST_SLACK:
            return self._query_crowded(places[0])
        near = multiply(self._form, factor)[:, 0]
        least = near.reshape(self._lanes, -1).min(axis=0)
        least.partition(self._k - 1)
        index = np.flatnonzero(near <= least[self._k - 1] + slack)
        square = square_lengths(self._points.take(index, axis=1) - places.T)
        return rank(square[None], index[None], self._k)

    def _query_some(self, places: Doubles, cells: Singles, most: Doubles | None) -> tuple[Doubles, Integers]:
        factor, slack, far = self._prepare(places)
        beyond = ~(slack < MOST_SLACK)
        if beyond.any():  # nothing is as near as NaN, so that none of their points are listed
            factor[:, beyond], slack[beyond] = 0.0, np.nan
        parts = [slice(at, at + self._chunk) for at in range(0, len(places), self._chunk)]
        limit = np.full(len(places), np.inf, np.float32) if most is None else self._limit(most, far, slack)
        found = [self._shortlist(factor[:, part], slack[part], limit[part], cells) for part in parts]
        count = np.concatenate([part[0] for part in found])
        index = np.concatenate([part[1] for part in found])
        clear = count > 0
        if clear.all():
            return self._rank(places, count, index)
        distance, nearest = np.empty((len(places), self._k)), np.empty((len(places), self._k), dtype=np.int64)
        if clear.any():
            distance[clear], nearest[clear] = self._rank(places[clear], count[clear], index)
        for place in np.flatnonzero(~clear):
            distance[place], nearest[place] = self._query_crowded(places[place])
        return distance, nearest

    def _prepare(self, places: Doubles) -> tuple[Singles, Singles, Doubles]:
        """Give the near form's factor, (n_dimensions + 1, m), twice its largest error, (m,), and |a|, (m,).

        The near form of a point b at a place a is |b|² - 2ab, their squared distance but for |a|². Rounding
        to and in single precision errs by at most (n_dimensions + 4) · 2⁻²⁴ · (2|a||b| + |b|²) (Higham 2002,
        section 3.1), and rounding the limit by less than as much again over n_dimensions + 4; moving the
        centre and the exact distance in double precision err by few 2⁻⁵² of (|a| + |b|)² in each dimension.
        """
        shifted = (places - self._centre).T
        factor = np.empty((len(shifted) + 1, len(places)), dtype=np.float32)
        np.multiply(shifted, -2.0, out=factor[:-1], casting="same_kind")
        factor[-1] = 1.0
        far = np.sqrt(np.einsum("ij,ij->j", shifted, shifted))
        both = far + self._radius
        error = SINGLE * self._radius * (both + far) + DOUBLE * both * both + UNDERFLOW
        return factor, (2.0 * (len(shifted) + 8) * error).astype(np.float32), far

    def _limit(self, most: Doubles, far: Doubles, slack: Singles) -> Singles:
        """Give the largest near form, (m,), of points that lie within the distances `most`.

        No point lies farther than |a| + radius, so that the limit is at most radius · (2|a| + radius), in
        whose 2⁻²⁴ the error is counted: it has room for rounding the limit too.
        """
        reach = np.minimum(most, (far + self._radius) * ROOM)
        limit: Singles = (reach * reach - far * far + slack).astype(np.float32)
        return limit

    def _shortlist(
        self, factor: Singles, slack: Singles, limit: Singles, cells: Singles
    ) -> tuple[Integers, Integers]:
        """Find the points that may be among the k nearest of each of m places.

        No near form of theirs is above `limit`, which is lowered where too many points are within.

        Returns
        -------
        count, index
            How many points each place has, (m,), 0 if they were too many; and the points, place by place.
        """
        n_rows, n_places = len(self._form), len(slack)
        near = multiply(self._form, factor, cells[: n_rows * n_places].reshape(n_rows, n_places))
        near = near.reshape(self._lanes, -1)
        least = near.min(axis=0).reshape(-1, n_places)
        wide = np.flatnonzero(np.add.reduce(least <= limit, axis=0) > CROWD_PER_NEIGHBOUR * self._k)
        if len(wide):
            limit[wide] = np.minimum(limit[wide], self._rank_blocks(least.T[wide]) + slack[wide])
        at = np.flatnonzero(least <= limit)
        kept = near.take(at, axis=1) <= limit.take(at % n_places)
        lane, column = np.divmod(np.flatnonzero(kept), len(at))
        block, place = np.divmod(at.take(column), n_places)
        return self._by_place(place, lane * self._blocks + block, n_places)

    def _rank_blocks(self, least: Singles) -> Singles:
        """Give the k-th of the blocks' least distances, (m, n_blocks), for each place; `least` is used up.

        It is no less than the k-th least distance, and tells it much sooner.
        """
        least.partition(self._k - 1, axis=1)
        kth: Singles = least[:, self._k - 1]
        return kth

    def _by_place(self, place: Integers, index: Integers, n_places: int) -> tuple[Integers, Integers]:
        """Order pairs of place and point by both, and drop the places that have too many points."""
        n_rows = len(self._form)
        count = np.bincount(place, minlength=n_places)
        key = place * n_rows + index
        if count.max() > self._most:
            count[count > self._most] = 0
            key = key[count.take(place) > 0]
        key.sort()
        key -= np.arange(0, n_places * n_rows, n_rows).repeat(count)
        return count, key

    def _rank(self, places: Doubles, count: Integers, index: Integers) -> tuple[Doubles, Integers]:
        width = int(count.max())
        start = np.arange(0, len(places) * width, width) - (count.cumsum() - count)
        padded = np.full((len(places), width), self._points.shape[1] - 1)
        padded.reshape(-1)[np.arange(len(index)) + start.repeat(count)] = index
        gap = self._points.take(padded, axis=1)
        gap -= places.T[:, :, None]
        return rank(square_lengths(gap), padded, self._k)

    def _query_crowded(self, place: Doubles) -> tuple[Doubles, Integers]:
        """Find the nearest points of one place, (n_dimensions,), by all exact distances."""
        square = square_lengths(subtract(self._points, place))[:-1]
        index = np.flatnonzero(square <= np.partition(square, self._k - 1)[self._k - 1])
        distance, nearest = rank(square[index][None], index[None], self._k)
        return distance[0], nearest[0]


def _near_form(points: Doubles, n_rows: int) -> Singles:
    """Lay out centred points as rows (x, |x|²); what fills up the rows is farther than any point."""
    form = np.zeros((n_rows, points.shape[1] + 1), dtype=np.float32)
    form[:, -1] = FAR
    form[: len(points), :-1] = points
    form[: len(points), -1] = (points**2).sum(axis=1)
    return form
