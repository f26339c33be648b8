"""A shallow decision tree as rules in the features' own words, each of which can be applied to a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.feature import Feature
from training.control.column import TreeColumn, find_round, name_value, write_range


@dataclass(frozen=True)
class Span:
    """What one feature may be on a path: in (low, high], of a category one of `codes`; maybe missing."""

    low: float = -np.inf
    high: float = np.inf
    codes: frozenset[float] | None = None
    takes_missing: bool = True

    def holds(self, column: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say of each value, shape (n,), whether it lies within."""
        is_missing = np.isnan(column)
        inside = (column > self.low) & (column <= self.high)
        if self.codes is not None:
            inside &= np.isin(column, list(self.codes))
        return np.asarray(np.where(is_missing, self.takes_missing, inside), dtype=np.bool_)


@dataclass(frozen=True)
class Path:
    """The spans, by the feature's place, that lead to one class."""

    label: int
    spans: dict[int, Span] = field(default_factory=dict)

    def holds(self, frame: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say of each record of a frame (n, n_features) whether the path leads there."""
        verdict = np.ones(len(frame), dtype=np.bool_)
        for place, span in self.spans.items():
            verdict &= span.holds(frame[:, place])
        return verdict


@dataclass(frozen=True, eq=False)
class _Walk:
    """A fitted tree, its columns, and the frame that it was fitted to."""

    tree: Any
    columns: list[TreeColumn]
    frame: NDArray[np.float64]

    def walk(self, node: int, rows: NDArray[np.bool_], path: Path) -> list[Path]:
        """List the paths below a node that the `rows` (n,) reach along `path`."""
        tree = self.tree
        if tree.children_left[node] < 0:
            return [replace(path, label=int(tree.value[node][0].argmax()))]
        column = self.columns[tree.feature[node]]
        is_left = column.values <= tree.threshold[node]
        is_left[np.isnan(column.values)] = bool(tree.missing_go_to_left[node])
        sides = rows & is_left, rows & ~is_left
        spans = self._part(column, path.spans.get(column.place, Span()), sides)
        found = []
        for child, side, span in zip((tree.children_left, tree.children_right), sides, spans, strict=True):
            found += self.walk(child[node], side, Path(-1, path.spans | {column.place: span}))
        return [replace(path, label=found[0].label)] if len({one.label for one in found}) == 1 else found

    def _part(
        self, column: TreeColumn, span: Span, sides: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    ) -> tuple[Span, Span]:
        """Part a span in two by what the rows on either side hold."""
        if column.is_indicator:
            return self._part_category(column, span)
        left, right = (self.frame[side, column.place] for side in sides)
        takes = [span.takes_missing and bool(np.isnan(side).any()) for side in (left, right)]
        left, right = left[~np.isnan(left)], right[~np.isnan(right)]
        if len(left) and len(right):
            bound = find_round(float(left.max()), float(right.min()))
        else:
            bound = np.inf if len(left) else -np.inf
        return (
            replace(span, high=min(span.high, bound), takes_missing=takes[0]),
            replace(span, low=max(span.low, bound), takes_missing=takes[1]),
        )

    def _part_category(self, column: TreeColumn, span: Span) -> tuple[Span, Span]:
        """Part categories: the left side is not the column's, the right side is."""
        values = self.frame[:, column.place]
        known = frozenset(np.unique(values[~np.isnan(values)]).tolist())
        codes = known if span.codes is None else span.codes
        if column.code is None:
            return replace(span, codes=codes, takes_missing=False), replace(span, codes=frozenset())
        here = frozenset({column.code})
        return replace(span, codes=codes - here), replace(span, codes=codes & here, takes_missing=False)


def trace_paths(tree: Any, columns: list[TreeColumn], frame: NDArray[np.float64]) -> list[Path]:
    """Trace the paths of a fitted scikit-learn tree; splits that do not change the answer are dropped.

    `columns` and `frame` are what the tree was fitted to. Labels are places among the tree's classes.
    """
    walk = _Walk(tree, columns, frame)
    return walk.walk(0, np.ones(len(frame), dtype=np.bool_), Path(-1))


def answer_by_paths(paths: Sequence[Path], frame: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the label of each record of a frame (n, n_features), -1 where no path leads."""
    found = np.full(len(frame), -1)
    for path in paths:
        found[path.holds(frame)] = path.label
    return found


def write_path(path: Path, dataset: Dataset, frame: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Write a path as `walks_on_n_legs ≤ 3 legs and has_wings is true → chicken`."""
    parts = [
        _write_span(dataset.features[place], span, frame[:, place]) for place, span in path.spans.items()
    ]
    conditions = " and ".join(part for part in parts if part) or "always"
    return f"{conditions} → {classes[path.label]}"


def _write_span(feature: Feature, span: Span, column: NDArray[np.float64]) -> str:
    has_missing = bool(np.isnan(column).any())
    said = _write_known(feature, span, np.unique(column[~np.isnan(column)]))
    if not has_missing:
        return said
    if said == "never":
        return f"{feature.name} is missing"
    if span.takes_missing:
        return f"({said} or missing)" if said else ""
    return said or f"{feature.name} is known"


def _write_known(feature: Feature, span: Span, values: NDArray[np.float64]) -> str:
    inside = values[span.holds(values)]
    if len(inside) == len(values):
        return ""
    if not len(inside):
        return "never"
    if feature.type not in {"category", "boolean"}:
        return write_range(feature, span.low, span.high)
    if 2 * len(inside) > len(values) and len(values) > 2:
        rest = [name_value(feature, one) for one in values[~span.holds(values)]]
        return f"{feature.name} is not {' or '.join(rest)}"
    return f"{feature.name} is {' or '.join(name_value(feature, one) for one in inside)}"
