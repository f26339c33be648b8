"""Answers as columns, one name and one type each, in the order in which they stand beside a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from herdbook.client.answer import Prediction, RowError

Kind = Literal["text", "number", "integer", "boolean"]
PROBABILITY = "probability_"
BEFORE: dict[str, Kind] = {"label": "text", "confidence": "number"}
AFTER: dict[str, Kind] = {
    "cluster": "integer",
    "membership": "number",
    "outlier": "boolean",
    "id": "text",
    "model": "text",
    "error": "text",
}


def kinds_of(classes: Iterable[str]) -> dict[str, Kind]:
    """Give the columns that answers of these classes add, in their order.

    >>> list(kinds_of(["cat"]))[:4]
    ['label', 'confidence', 'probability_cat', 'cluster']
    """
    probabilities: dict[str, Kind] = {PROBABILITY + name: "number" for name in classes}
    return BEFORE | probabilities | AFTER


def classes_of(columns: Iterable[str]) -> list[str]:
    """Give the classes whose probabilities stand among some columns.

    >>> classes_of(["label", "probability_cat", "error"])
    ['cat']
    """
    return [name.removeprefix(PROBABILITY) for name in columns if name.startswith(PROBABILITY)]


def columns_of(answers: Sequence[Prediction | RowError], classes: Iterable[str]) -> dict[str, list[Any]]:
    """Give the columns of some answers; classes that only the answers know come after the given ones.

    A refused row has nothing but its `error`; an answered one has none.
    """
    known = dict.fromkeys(classes)
    for answer in answers:
        if isinstance(answer, Prediction):
            known |= dict.fromkeys(answer.probabilities)
    columns: dict[str, list[Any]] = {name: [] for name in kinds_of(known)}
    adds = [(name, columns[PROBABILITY + name].append) for name in known]
    plain = [(name, columns[name].append) for name in (*BEFORE, *AFTER) if name != "error"]
    for answer in answers:
        is_answered = isinstance(answer, Prediction)
        for name, add in plain:
            add(getattr(answer, name) if is_answered else None)
        for name, add in adds:
            add(answer.probabilities.get(name) if isinstance(answer, Prediction) else None)
        columns["error"].append(None if isinstance(answer, Prediction) else answer.sentence())
    return columns
