"""Twins: records that repeat another one, value by value or nearly so.

Equal rows are not always copies: where features are coarse they coincide by themselves. Copies agree in all
features at once, while coincidences are outnumbered by pairs that agree in all features but one; and
features shuffled within their class show how often rows would coincide by chance.

Near twins come from the distances to a row's nearest neighbours. In a space of m dimensions the ratio of the
k-th to the next is below t with probability t ** (k m) (Facco and others, Scientific Reports 7, 2017), so a
row that lies far nearer to some others than to the next one, and than rows usually lie, is their near copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from herdbook.dataset import Dataset

CHANCE_SHUFFLES = 3
NEIGHBOURS = 16
MOST_TWINS = 4
"""A record may have so many near twins."""
LARGEST_RATIO = 0.2
"""A near twin is at least five times nearer than the next record that is none."""
NATURAL_SHARE = 0.001
"""The share of rows that looks like near twins where there are none."""
MOST_QUERIES = 2_000
MOST_CELLS = 20_000_000
"""Distances that are held at once: 160 MB, and as much again while they are made."""


@dataclass(frozen=True, eq=False)
class Exact:
    """Groups of equal rows.

    Attributes
    ----------
    group
        The number of each row's group, shape (n,).
    by_chance
        How many rows would have a twin if features were independent within each class.
    n_pairs, n_pairs_but_one
        Pairs of rows that agree in all features, and in all but one.
    """

    group: NDArray[np.int64]
    by_chance: float
    n_pairs: int
    n_pairs_but_one: int

    @property
    def has_twin(self) -> NDArray[np.bool_]:
        """Which rows have an equal one, shape (n,)."""
        found: NDArray[np.bool_] = np.bincount(self.group)[self.group] > 1
        return found


def find_exact(frame: NDArray[np.float64], y: NDArray[np.int64], *, seed: int) -> Exact:
    """Find the equal rows of a frame (n, n_features); two missing values are equal."""
    cells = _hash_cells(frame)
    total = cells.sum(axis=1)
    group = np.unique(total, return_inverse=True)[1].astype(np.int64)
    n_pairs = _count_pairs(total)
    but_one = sum(_count_pairs(total - cells[:, place]) - n_pairs for place in range(cells.shape[1]))
    generator = np.random.default_rng(seed)
    chance = [_count_twins(_shuffle_within(cells, y, generator)) for _ in range(CHANCE_SHUFFLES)]
    return Exact(group, float(np.mean(chance)), n_pairs, but_one)


def _hash_cells(frame: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Give each cell 64 bits by its column and value, mixed as by splitmix64; sums of them stand for rows."""
    cells = np.empty(frame.shape, dtype=np.uint64)
    for place in range(frame.shape[1]):
        codes = np.unique(frame[:, place], return_inverse=True)[1].astype(np.uint64)
        mixed = (codes + np.uint64(place << 40) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        cells[:, place] = mixed ^ (mixed >> np.uint64(31))
    return cells


def _count_pairs(rows: NDArray[np.uint64]) -> int:
    counts = np.unique(rows, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


def _count_twins(cells: NDArray[np.uint64]) -> int:
    counts = np.unique(cells.sum(axis=1), return_counts=True)[1]
    return int(counts[counts > 1].sum())


def _shuffle_within(
    cells: NDArray[np.uint64], y: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.uint64]:
    """Shuffle each column among the rows of the same class, on its own."""
    home = np.argsort(y, kind="stable")
    shuffled = np.empty_like(cells)
    for place in range(cells.shape[1]):
        shuffled[home, place] = cells[np.lexsort((generator.random(len(y)), y)), place]
    return shuffled


def find_near(
    dataset: Dataset, frame: NDArray[np.float64], *, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the rows that have a near twin, and the nearest of each, in a frame without equal rows.

    The frame is (n, n_features). Beyond 2,000 rows a sample of that size is asked about, among all rows.
    """
    queries = np.sort(np.random.default_rng(seed).permutation(len(frame))[:MOST_QUERIES])
    if len(frame) <= NEIGHBOURS:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    points = _place_rows(dataset, frame)
    distances, nearest = _measure_nearest(points, queries)
    ratios = distances[:, :MOST_TWINS] / distances[:, 1 : MOST_TWINS + 1]
    bound = min(LARGEST_RATIO, NATURAL_SHARE ** (1 / _estimate_dimension(distances)))
    # a stray pair between dense clusters is far from all others, but no nearer than records are elsewhere
    usual = float(np.median(distances[:, NEIGHBOURS // 2 - 1]))
    is_near = ((ratios < bound) & (distances[:, :MOST_TWINS] < bound * usual)).any(axis=1)
    return queries[is_near], nearest[is_near]


def _place_rows(dataset: Dataset, frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give points whose distances do not depend on units: ranks of numbers, 1 between two categories."""
    parts: list[NDArray[np.float64]] = []
    for place, feature in enumerate(dataset.features):
        column = frame[:, place]
        is_missing = np.isnan(column)
        if is_missing.any():
            parts.append(is_missing.astype(np.float64)[:, None])
        if feature.type == "category":
            parts.append((column[:, None] == np.unique(column[~is_missing])) * np.sqrt(0.5))
        elif not is_missing.all():
            ranks = np.full(len(column), 0.5)
            ranks[~is_missing] = rankdata(column[~is_missing], "dense") - 1
            ranks[~is_missing] /= max(ranks[~is_missing].max(), 1)
            parts.append(ranks[:, None])
    return np.hstack(parts) if parts else np.zeros((len(frame), 1))


def _measure_nearest(
    points: NDArray[np.float64], queries: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the distances (n_queries, 16) to the nearest other points, ascending, and the nearest one."""
    squares = (points**2).sum(axis=1)
    distances, nearest = [], []
    chunk = max(1, MOST_CELLS // max(len(points), NEIGHBOURS * points.shape[1]))
    for start in range(0, len(queries), chunk):
        part = queries[start : start + chunk]
        found = points[part] @ points.T
        found *= -2
        found += squares
        found += squares[part, None]
        found[np.arange(len(part)), part] = np.inf
        places = np.argpartition(found, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        exact = np.sqrt(((points[part, None] - points[places]) ** 2).sum(axis=2))
        order = np.argsort(exact, axis=1, kind="stable")
        distances.append(np.take_along_axis(exact, order, axis=1))
        nearest.append(np.take_along_axis(places, order, axis=1)[:, 0])
    # distinct rows may share a point, as two missing values of unlike features do not; no distance is 0
    return np.maximum(np.vstack(distances), 1e-12), np.concatenate(nearest)


def _estimate_dimension(distances: NDArray[np.float64]) -> float:
    """Estimate the intrinsic dimension: twice as many neighbours lie within 2 ** (1 / m) times the distance.

    The 8th and the 16th neighbour are compared, which copies of one record, even of every one, do not spoil.
    """
    growth = float(np.median(np.log(distances[:, -1] / distances[:, NEIGHBOURS // 2 - 1])))
    return float(np.log(2) / max(growth, 1e-6))
