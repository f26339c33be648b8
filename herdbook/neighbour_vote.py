"""How the k nearest points vote, exactly as scikit-learn's neighbours do, in plain NumPy.

A compiled graph finds neighbours by a product of matrices, whose rounding cannot tell points that are all but
equally near. Such rows are decided here: by sums of squares in scikit-learn's own order, which are its
distances to the last bit, and among points that are equally near even so by walking its KD-tree as it walks.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.arrays import read_arrays, write_arrays
from herdbook.errors import PackageError


@dataclass(frozen=True, eq=False)
class NeighbourVote:
    """A fitted vote of neighbours as plain arrays.

    Attributes
    ----------
    points : (m, d) the points
    label : (m,) place of each one's class
    n_classes, n_neighbours : () how many classes there are, and how many points vote
    by_distance : () whether a vote weighs 1 / distance
    share : () share of the neighbours' voice among all members'
    order : (m,) the points in the order of the KD-tree
    spans : (n_nodes, 2) first and one past the last of a node's points in `order`; no node without a tree
    bounds : (2, n_nodes, d) lowest and highest coordinates of a node's points
    """

    points: NDArray[np.float64]
    label: NDArray[np.int64]
    n_classes: NDArray[np.int64]
    n_neighbours: NDArray[np.int64]
    by_distance: NDArray[np.bool_]
    share: NDArray[np.float64]
    order: NDArray[np.int64]
    spans: NDArray[np.int64]
    bounds: NDArray[np.float64]

    def shares(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give each of n places (n, d) the shares of the classes (n, n_classes) among its neighbours."""
        shares = np.zeros((len(places), int(self.n_classes)))
        for row, place in enumerate(places):
            square = _squares(self.points, place)
            chosen = self._choose(place, square)
            np.add.at(shares[row], self.label[chosen], self._weigh(square[chosen]))
        shares /= shares.sum(axis=1, keepdims=True)
        return shares

    def _choose(self, place: NDArray[np.float64], square: NDArray[np.float64]) -> NDArray[np.int64]:
        """Choose the k nearest points; which of equally near ones, only where they vote otherwise."""
        k = int(self.n_neighbours)
        farthest = np.partition(square, k - 1)[k - 1]
        within, equal = np.flatnonzero(square < farthest), np.flatnonzero(square == farthest)
        wanted = k - len(within)
        votes = self.label[equal]
        if len(equal) > wanted and (votes != votes[0]).any() and len(self.spans):
            return self._walk(place, square)
        chosen: NDArray[np.int64] = np.concatenate([within, equal[:wanted]])
        return chosen

    def _weigh(self, square: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.by_distance:
            return np.ones(len(square))
        if not square.all():
            is_there: NDArray[np.float64] = (square == 0).astype(np.float64)
            return is_there
        weight: NDArray[np.float64] = 1.0 / np.sqrt(square)
        return weight

    def _walk(self, place: NDArray[np.float64], square: NDArray[np.float64]) -> NDArray[np.int64]:
        """Go through the KD-tree, the nearer half first, and keep the k nearest in a heap."""
        heap = _Heap(int(self.n_neighbours))
        waiting = [(0, self._distance_to(0, place))]
        while waiting:
            node, least = waiting.pop()
            if least > heap.distance[0]:
                continue
            left, right = 2 * node + 1, 2 * node + 2
            if left >= len(self.spans):
                start, end = self.spans[node]
                for point in self.order[start:end].tolist():
                    heap.push(float(square[point]), point)
                continue
            halves = [(left, self._distance_to(left, place)), (right, self._distance_to(right, place))]
            waiting += halves[::-1] if halves[0][1] <= halves[1][1] else halves
        return np.array(heap.point)

    def _distance_to(self, node: int, place: NDArray[np.float64]) -> float:
        below, above = self.bounds[0, node] - place, place - self.bounds[1, node]
        outside = 0.5 * ((below + np.abs(below)) + (above + np.abs(above)))
        return float(np.add.accumulate(outside * outside)[-1])

    def is_whole(self) -> bool:
        """Whether the shapes and indices of all arrays fit together."""
        n, n_nodes = len(self.points), len(self.spans)
        return (
            self.points.ndim == 2
            and all(each.shape == (n,) for each in (self.label, self.order))
            and all(each.shape == () for each in self._numbers())
            and self.spans.shape == (n_nodes, 2)
            and self.bounds.shape == (2, n_nodes, self.points.shape[1])
            and 0 < int(self.n_neighbours) < n
            and _is_within(self.label, int(self.n_classes))
            and _is_within(self.order, n)
            and _is_within(self.spans, n + 1)
        )

    def _numbers(self) -> tuple[NDArray[Any], ...]:
        return self.n_classes, self.n_neighbours, self.by_distance, self.share

    def save(self, path: Path) -> None:
        """Write an `.npz` without pickle, whose bytes depend on the arrays alone."""
        write_arrays(path, {field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> NeighbourVote:
        """Read what `save` wrote.

        Raises
        ------
        PackageError
            The file is missing or damaged.
        """
        try:
            arrays = read_arrays(path)
            vote = cls(**{field.name: arrays[field.name] for field in fields(cls)})
            problem = None if vote.is_whole() else f"the arrays of {path.name} do not fit together"
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            problem = f"{path.name} cannot be read: {error}"
        if problem is not None:
            raise PackageError(path.parent.name, problem=problem, cure="train again") from None
        return vote


class _Heap:
    """The k nearest points so far, the farthest on top: scikit-learn's `heap_push`, step by step.

    Which of equally far points leaves it first follows from how it sinks them.
    """

    def __init__(self, k: int) -> None:
        self.distance = [np.inf] * k
        self.point = [0] * k

    def push(self, distance: float, point: int) -> None:
        if distance >= self.distance[0]:
            return
        place, size = 0, len(self.point)
        while (left := 2 * place + 1) < size:
            right = left + 1
            larger = right if right < size and self.distance[left] < self.distance[right] else left
            if self.distance[larger] <= distance:
                break
            self.distance[place], self.point[place] = self.distance[larger], self.point[larger]
            place = larger
        self.distance[place], self.point[place] = distance, point


def _squares(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the squared differences (m,) one dimension after the other, as scikit-learn does."""
    apart = points.T - place[:, None]
    apart *= apart
    total: NDArray[np.float64] = apart[0].copy()
    for dimension in apart[1:]:
        total += dimension
    return total


def _is_within(places: NDArray[np.int64], n: int) -> bool:
    return bool(((places >= 0) & (places < n)).all())
