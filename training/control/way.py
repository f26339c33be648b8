"""A shallow decision tree as rules in the features' own words, each of which can be applied to a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.feature import Feature
from training.control.column import TreeColumn, find_round, name_value, write_range


@dataclass(frozen=True)
class Span:
    """What one feature may be on a way: in (low, high], of a category one of `codes`; maybe missing."""

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
class Way:
    """The spans, by the feature's place, that lead to one class."""

    label: int
    spans: dict[int, Span] = field(default_factory=dict)

    def holds(self, frame: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say of each record of a frame (n, n_features) whether the way leads there."""
        verdict = np.ones(len(frame), dtype=np.bool_)
        for place, span in self.spans.items():
            verdict &= span.holds(frame[:, place])
        return verdict


@dataclass(frozen=True, eq=False)
class _Walk:
    """A fitted tree, its columns, and a frame whose rows walk it."""

    fitted: Any
    columns: list[TreeColumn]
    frame: NDArray[np.float64]

    def walk(self, node: int, rows: NDArray[np.bool_], way: Way) -> list[Way]:
        """List the ways below a node that the `rows` (n,) reach along `way`."""
        tree = self.fitted.tree_
        if tree.children_left[node] < 0:
            return [replace(way, label=int(self.fitted.classes_[tree.value[node][0].argmax()]))]
        column = self.columns[tree.feature[node]]
        is_left = column.values <= tree.threshold[node]
        is_left[np.isnan(column.values)] = bool(tree.missing_go_to_left[node])
        below = [partial(self.walk, child[node]) for child in (tree.children_left, tree.children_right)]
        return fork(column, self.frame, (rows & is_left, rows & ~is_left), way, below)


def fork(
    column: TreeColumn,
    frame: NDArray[np.float64],
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    way: Way,
    below: Sequence[Callable[[NDArray[np.bool_], Way], list[Way]]],
) -> list[Way]:
    """List the ways `below` a question about a column, which parts the rows that reach it in two sides (n,).

    If both sides give one answer, the question is dropped.
    """
    spans = _part(column, frame, way.spans.get(column.place, Span()), sides)
    found = []
    for descend, side, span in zip(below, sides, spans, strict=True):
        found += descend(side, Way(-1, way.spans | {column.place: span}))
    return [replace(way, label=found[0].label)] if len({one.label for one in found}) == 1 else found


def _part(
    column: TreeColumn,
    frame: NDArray[np.float64],
    span: Span,
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> tuple[Span, Span]:
    """Part a span in two by what the rows on either side hold."""
    if column.is_indicator:
        return _part_category(column, frame, span)
    left, right = (frame[side, column.place] for side in sides)
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


def _part_category(column: TreeColumn, frame: NDArray[np.float64], span: Span) -> tuple[Span, Span]:
    """Part categories: the left side is not the column's, the right side is."""
    values = frame[:, column.place]
    known = frozenset(np.unique(values[~np.isnan(values)]).tolist())
    codes = known if span.codes is None else span.codes
    if column.code is None:
        return replace(span, codes=codes, takes_missing=False), replace(span, codes=frozenset())
    here = frozenset({column.code})
    return replace(span, codes=codes - here), replace(span, codes=codes & here, takes_missing=False)


def trace_ways(fitted: Any, columns: list[TreeColumn], frame: NDArray[np.float64]) -> list[Way]:
    """Trace the ways of a fitted scikit-learn tree; splits that do not change the answer are dropped.

    `columns` and `frame` are what the tree was fitted to.
    """
    return walk_below(fitted, columns, frame)(np.ones(len(frame), dtype=np.bool_), Way(-1))


def walk_below(
    fitted: Any, columns: list[TreeColumn], frame: NDArray[np.float64]
) -> Callable[[NDArray[np.bool_], Way], list[Way]]:
    """Give what lists the ways of a fitted tree for some rows (n,) of the frame, which came along a way."""
    return partial(_Walk(fitted, columns, frame).walk, 0)


def answer_by_ways(ways: Sequence[Way], frame: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the label of each record of a frame (n, n_features), -1 where no way leads."""
    found = np.full(len(frame), -1)
    for way in ways:
        found[way.holds(frame)] = way.label
    return found


def write_way(way: Way, dataset: Dataset, frame: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Write a way as `walks_on_n_legs ≤ 3 legs and has_wings is true → chicken`."""
    parts = [_write_span(dataset.features[place], span, frame[:, place]) for place, span in way.spans.items()]
    conditions = " and ".join(part for part in parts if part) or "always"
    return f"{conditions} → {classes[way.label]}"


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
