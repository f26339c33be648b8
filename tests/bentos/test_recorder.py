"""What a batch answered is logged with one sync, and each of its tickets gets what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from bentos.exchange import Answer, Decoded, Outcome, Share, Ticket
from bentos.recorder import Recorder
from bentos.refusal import PredictionFailedError
from bentos.tally import Tallies
from bentos.write_ahead import WriteAheadLog
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.spool import spool_files
from tests.fixtures.log import CLASSES, MIXED, MODEL, answers_of, read_spool

PREDICTOR: Any = SimpleNamespace(tag=MODEL, schema_hash=MIXED.schema_hash, classes=CLASSES)
GOOD, BAD = Share(answers_of(1)), Share(None, [0])


def ticket(request_id: str, *, logs_later: bool = False) -> Ticket:
    """Make a ticket of one record."""
    return Ticket(request_id, PREDICTOR, Decoded(np.zeros((1, 4)), [None], 1, {}), logs_later)


def record(spool: Path, *asked: tuple[Ticket, Share], is_closed: bool = False) -> Sequence[Outcome]:
    """Record one batch, and give what became of its tickets."""

    async def go() -> Sequence[Outcome]:
        log = WriteAheadLog(spool, MIXED)
        if is_closed:
            log.close()
        given: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()
        tickets, shares = zip(*asked, strict=True)
        Recorder(log, Tallies()).record_batch(tickets, shares, given.set_result)
        try:
            return await given
        finally:
            log.close()

    return asyncio.run(go())


def request_ids(spool: Path) -> list[str]:
    """List who is in the log."""
    return [row["request_id"] for path in spool_files(spool / "mixed") for row in read_spool(path)]


def test_recorder_batch_is_logged_before_it_is_given(tmp_path: Path) -> None:
    """When the answers come, the log holds all of them, in their order."""
    outcomes = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), GOOD))

    assert [type(each) for each in outcomes] == [Answer, Answer]
    assert request_ids(tmp_path) == ["a", "b"]


def test_recorder_failed_ticket_leaves_the_others_theirs(tmp_path: Path) -> None:
    """Who has no answer is told so, is not logged, and takes nobody with it."""
    outcomes = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), BAD), (ticket("c"), GOOD))

    assert [type(each) for each in outcomes] == [Answer, PredictionFailedError, Answer]
    assert request_ids(tmp_path) == ["a", "c"]


def test_recorder_who_logs_later_is_answered_and_not_logged(tmp_path: Path) -> None:
    """An answer that is kept before it is logged is logged by who keeps it."""
    outcomes = record(tmp_path, (ticket("a"), GOOD), (ticket("b", logs_later=True), GOOD))

    assert [type(each) for each in outcomes] == [Answer, Answer]
    assert request_ids(tmp_path) == ["a"]


def test_recorder_gives_nothing_that_is_not_logged(tmp_path: Path) -> None:
    """While the log cannot be written, there is no answer."""
    outcomes = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), BAD), is_closed=True)

    assert [type(each) for each in outcomes] == [PredictionLogError, PredictionFailedError]
    assert request_ids(tmp_path) == []
