"""Small decision trees of several shapes, each of which can be told as ways."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from training.control.ahead import fill_missing, find_first_question
from training.control.column import TreeColumn
from training.control.way import Way, fork, trace_ways, walk_below

REFINEMENTS = 5
"""How often a first question's bound is moved to where it serves the questions below best."""

Matrix = NDArray[np.float32]


class Grown(Protocol):
    """A tree that was fitted to a matrix (n, n_columns)."""

    def predict(self, matrix: Matrix) -> NDArray[np.int64]:
        """Give the label of each row of a matrix, shape (n,)."""

    def trace(self, columns: list[TreeColumn], frame: NDArray[np.float64]) -> list[Way]:
        """Tell the tree as ways; the columns and the frame are what it was fitted to."""


Grower = Callable[[Matrix, NDArray[np.int64]], Grown]


@dataclass(frozen=True, eq=False)
class Plain:
    """A greedy tree over some of the columns, at `places`."""

    fitted: Any
    places: NDArray[np.int64]

    def predict(self, matrix: Matrix) -> NDArray[np.int64]:
        """Give the label of each row of a matrix (n, n_columns)."""
        return np.asarray(self.fitted.predict(matrix[:, self.places]))

    def trace(self, columns: list[TreeColumn], frame: NDArray[np.float64]) -> list[Way]:
        """Tell the tree as ways."""
        return trace_ways(self.fitted, [columns[place] for place in self.places], frame)


@dataclass(frozen=True, eq=False)
class Forked:
    """A first question, whether a column is at most `bound` (if missing, yes), and a tree on each side."""

    place: int
    bound: float
    sides: tuple[Any, Any]

    def predict(self, matrix: Matrix) -> NDArray[np.int64]:
        """Give the label of each row of a matrix (n, n_columns)."""
        is_low = fill_missing(matrix[:, self.place]) <= self.bound
        low, high = (np.asarray(side.predict(matrix)) for side in self.sides)
        return np.where(is_low, low, high)

    def trace(self, columns: list[TreeColumn], frame: NDArray[np.float64]) -> list[Way]:
        """Tell the tree as ways."""
        column = columns[self.place]
        is_low = np.isnan(column.values) | (column.values <= self.bound)
        below = [walk_below(side, columns, frame) for side in self.sides]
        return fork(column, frame, (is_low, ~is_low), Way(-1), below)


def grow_greedy(*, depth: int | None = None, leaves: int | None = None) -> Grower:
    """Grow question by question, each the best as if it were the last."""
    return lambda matrix, y: Plain(_fit(matrix, y, depth, leaves), np.arange(matrix.shape[1]))


def grow_alone(columns: list[TreeColumn], *, leaves: int) -> Grower:
    """Grow a tree on each feature alone, and take the best."""
    feature = np.array([column.place for column in columns])
    parts = [np.flatnonzero(feature == place) for place in np.unique(feature)]

    def grow(matrix: Matrix, y: NDArray[np.int64]) -> Plain:
        found = [Plain(_fit(matrix[:, part], y, None, leaves), part) for part in parts]
        return max(found, key=lambda one: int((one.predict(matrix) == y).sum()))

    return grow


def grow_ahead(*, depth: int) -> Grower:
    """Grow from the first question that is best with the second in view, greedily below it."""

    def grow(matrix: Matrix, y: NDArray[np.int64]) -> Grown:
        question = find_first_question(fill_missing(matrix), y)
        if question is None:
            return Plain(_fit(matrix, y, depth, None), np.arange(matrix.shape[1]))
        grown = _fork(matrix, y, *question, depth=depth)
        for _ in range(REFINEMENTS):
            bound = _move_bound(grown, matrix, y)
            if bound == grown.bound:
                break
            grown = _fork(matrix, y, grown.place, bound, depth=depth)
        return grown

    return grow


def _fork(matrix: Matrix, y: NDArray[np.int64], place: int, bound: float, *, depth: int) -> Forked:
    is_low = fill_missing(matrix[:, place]) <= bound
    low, high = (_fit(matrix[side], y[side], depth - 1, None) for side in (is_low, ~is_low))
    return Forked(place, bound, (low, high))


def _move_bound(grown: Forked, matrix: Matrix, y: NDArray[np.int64]) -> float:
    """Find the bound with which the trees on both sides, as they are, give the most labels."""
    values = fill_missing(matrix[:, grown.place])
    order = np.argsort(values, kind="stable")
    gain = (grown.sides[0].predict(matrix) == y).astype(np.int64) - (grown.sides[1].predict(matrix) == y)
    steps = np.flatnonzero(np.diff(values[order]))
    best = steps[gain[order].cumsum()[steps].argmax()]
    return float(values[order][best])


def _fit(matrix: Matrix, y: NDArray[np.int64], depth: int | None, leaves: int | None) -> Any:
    tree = DecisionTreeClassifier(max_depth=depth, max_leaf_nodes=leaves, random_state=0)
    with warnings.catch_warnings():
        # few rows of many classes may lie on one side of a question: no sign of a regression
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        return tree.fit(matrix, y)
