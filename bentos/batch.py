"""One batch: the rows of several tickets in one call of their model, and a bad row alone with its failure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bentos.exchange import Share, Ticket
from herdbook.clusters import Assignment
from herdbook.predictor import Answers, Predictor

Call = Callable[[Predictor, NDArray[np.float64]], Any]
"""Answers a frame by a model, in columns: `Predictor.predict` or `Predictor.cluster`."""

logger = logging.getLogger("bentoml.herdbook.batch")


def run_batch(tickets: Sequence[Ticket], call: Call) -> list[Share]:
    """Answer tickets, each by its own model; one share a ticket, in order."""
    predictor = tickets[0].predictor if tickets else None
    if all(ticket.predictor is predictor for ticket in tickets):
        return run_alike(tickets, call)
    places_of: dict[Predictor, list[int]] = {}
    for place, ticket in enumerate(tickets):
        places_of.setdefault(ticket.predictor, []).append(place)
    shares: dict[int, Share] = {}
    for places in places_of.values():
        shares.update(zip(places, run_alike([tickets[place] for place in places], call), strict=True))
    return [shares[place] for place in range(len(tickets))]


def run_alike(tickets: Sequence[Ticket], call: Call) -> list[Share]:
    """Answer tickets of one model in one call; where it fails, row by row as far as needed."""
    if not tickets:
        return []
    predictor = tickets[0].predictor
    if len(tickets) == 1:
        return [run_frame(predictor, tickets[0].decoded.frame, call)]
    frames = [ticket.decoded.frame for ticket in tickets]
    whole = run_frame(predictor, np.concatenate(frames), call)
    cuts = [0, *accumulate(map(len, frames))]
    if whole.failed:
        return [_cut(whole, first, last) for first, last in pairwise(cuts)]
    return [Share(take(whole.columns, first, last)) for first, last in pairwise(cuts)]


def run_frame(predictor: Predictor, frame: NDArray[np.float64], call: Call) -> Share:
    """Answer a frame (n, n_features); where the model fails, halve down to the bad row."""
    try:
        return Share(call(predictor, frame))
    except Exception as error:  # noqa: BLE001 - whatever a model raises on a row, the other rows are not at fault
        if len(frame) > 1:
            half = len(frame) // 2
            return join([run_frame(predictor, part, call) for part in (frame[:half], frame[half:])])
        logger.error("the model failed on a record: %s", type(error).__name__)  # noqa: TRY400 - a message may hold values
        return Share(None, (0,))


def join(shares: Sequence[Share]) -> Share:
    """Put the shares of consecutive rows together."""
    failed: list[int] = []
    n_rows = 0
    for share in shares:
        failed += [n_rows + place for place in share.failed]
        n_rows += rows_of(share.columns) + len(share.failed)
    parts = [share.columns for share in shares if share.columns is not None]
    return Share(_join(parts) if len(parts) > 1 else next(iter(parts), None), failed)


def rows_of(columns: Any) -> int:
    """Count the rows of columns."""
    if columns is None:
        return 0
    return len(columns.cluster if isinstance(columns, Assignment) else columns.label)


def take(columns: Any, first: int, last: int) -> Any:
    """Give the rows from `first` to before `last` of columns, without a copy."""
    where = slice(first, last)
    said = columns if isinstance(columns, Assignment) else columns.assignment
    assignment = Assignment(said.cluster[where], said.membership[where], said.outlier_score[where])
    if said is columns:
        return assignment
    return Answers(
        columns.classes,
        columns.probabilities[where],
        columns.label[where],
        columns.confidence[where],
        assignment,
    )


def _cut(whole: Share, first: int, last: int) -> Share:
    """Give the share of the rows from `first` to before `last`, of which some failed."""
    failed = [place for place in whole.failed if first <= place < last]
    n_before = first - sum(place < first for place in whole.failed)
    n_answered = last - first - len(failed)
    columns = take(whole.columns, n_before, n_before + n_answered) if n_answered else None
    return Share(columns, [place - first for place in failed])


def _join(parts: list[Any]) -> Any:
    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    if isinstance(parts[0], Assignment):
        return Assignment(column("cluster"), column("membership"), column("outlier_score"))
    assignment = _join([part.assignment for part in parts])
    return Answers(
        parts[0].classes, column("probabilities"), column("label"), column("confidence"), assignment
    )
