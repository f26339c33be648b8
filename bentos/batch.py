"""One batch: grouped by model, with a bad item kept from harming the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bentos.exchange import Item, Outcome, Row
from herdbook.clusters import Assignment
from herdbook.predictor import Answers, Predictor

Call = Callable[[Predictor, NDArray[np.float64]], Any]
logger = logging.getLogger("bentoml.herdbook.batch")


def run_batch(items: Sequence[Item], call: Call) -> list[Outcome]:
    """Answer items of any tickets, each by the model of its own ticket; one outcome an item, in order."""
    places_of: dict[Predictor, list[int]] = {}
    for place, item in enumerate(items):
        places_of.setdefault(item.ticket.predictor, []).append(place)
    outcomes: dict[int, Outcome] = {}
    for predictor, places in places_of.items():
        frame = np.stack([items[place].row for place in places])
        outcomes.update(zip(places, run_rows(partial(call, predictor), frame), strict=True))
    return [outcomes[place] for place in range(len(items))]


def run_rows(call: Callable[[NDArray[np.float64]], Any], frame: NDArray[np.float64]) -> list[Outcome]:
    """Answer the rows of a frame (n, n_features); where the model fails, halve down to the bad row."""
    try:
        columns = call(frame)
    except Exception as error:  # noqa: BLE001 - whatever a model raises on a row, the other rows are not at fault
        if len(frame) > 1:
            half = len(frame) // 2
            return run_rows(call, frame[:half]) + run_rows(call, frame[half:])
        logger.error("the model failed on a record: %s", type(error).__name__)  # noqa: TRY400 - a message may hold values
        return [error]
    return [Row(columns, place) for place in range(len(frame))]


def gather(rows: Sequence[Row]) -> Any:
    """Put rows of several batches together again, as columns of len(rows); at least one row."""
    parts = [
        _take(columns, [row.place for row in group])
        for columns, group in ((run[0].columns, run) for run in _runs(rows))
    ]
    return parts[0] if len(parts) == 1 else _join(parts)


def _runs(rows: Sequence[Row]) -> list[list[Row]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: id(row.columns))]


def _take(columns: Any, places: list[int]) -> Any:
    first, last = places[0], places[-1] + 1
    where: Any = slice(first, last) if places == list(range(first, last)) else places
    if isinstance(columns, Assignment):
        return Assignment(columns.cluster[where], columns.membership[where], columns.outlier_score[where])
    return Answers(
        columns.classes,
        columns.probabilities[where],
        columns.label[where],
        columns.confidence[where],
        _take(columns.assignment, places),
    )


def _join(parts: list[Any]) -> Any:
    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    if isinstance(parts[0], Assignment):
        return Assignment(column("cluster"), column("membership"), column("outlier_score"))
    assignment = _join([part.assignment for part in parts])
    return Answers(
        parts[0].classes, column("probabilities"), column("label"), column("confidence"), assignment
    )
