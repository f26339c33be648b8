"""What a batch answered is logged with one sync, and each of its tickets gets what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from bentos.exchange import Answer, Decoded, Outcome, Share, Ticket
from bentos.recorder import Recorder
from bentos.refusal import PredictionFailedError
from bentos.tally import Tallies
from bentos.write_ahead import WriteAheadLog
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.spool import spool_files
from tests.fixtures.log import CLASSES, MIXED, MODEL, answers_of, read_spool, row_frames

PREDICTOR: Any = SimpleNamespace(tag=MODEL, schema_hash=MIXED.schema_hash, classes=CLASSES)
GOOD, BAD = Share(answers_of(1)), Share(None, [0])


def ticket(request_id: str, *, logs_later: bool = False) -> Ticket:
    """Make a ticket of one record."""
    return Ticket(request_id, PREDICTOR, Decoded(np.zeros((1, 4)), [None], 1, {}), logs_later)


class Given(NamedTuple):
    """What became of the tickets of a batch, and what was in the log and its files when they heard of it."""

    outcomes: Sequence[Outcome]
    request_ids: Sequence[str]
    n_syncs: int


def record(spool: Path, *asked: tuple[Ticket, Share], is_closed: bool = False) -> Given:
    """Record one batch."""

    async def go() -> Given:
        log = WriteAheadLog(spool, MIXED)
        if is_closed:
            log.close()
        given: asyncio.Future[Given] = asyncio.get_running_loop().create_future()

        def give(outcomes: Sequence[Outcome]) -> None:
            given.set_result(Given(outcomes, request_ids(spool), sum(map(row_frames, files(spool)))))

        tickets, shares = zip(*asked, strict=True)
        Recorder(log, Tallies()).record_batch(tickets, shares, give)
        try:
            return await given
        finally:
            log.close()

    return asyncio.run(go())


def files(spool: Path) -> list[Path]:
    """List the files of the log."""
    return spool_files(spool / "mixed")


def request_ids(spool: Path) -> list[str]:
    """List who is in the log."""
    return [row["request_id"] for path in files(spool) for row in read_spool(path)]


def test_recorder_batch_is_logged_before_it_is_given(tmp_path: Path) -> None:
    """When the answers come, the log holds all of them, in their order, written with one sync."""
    given = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), GOOD))

    assert [type(each) for each in given.outcomes] == [Answer, Answer]
    assert given.request_ids == ["a", "b"]
    assert given.n_syncs == 1


def test_recorder_failed_ticket_leaves_the_others_theirs(tmp_path: Path) -> None:
    """Who has no answer is told so, is not logged, and takes nobody with it."""
    given = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), BAD), (ticket("c"), GOOD))

    assert [type(each) for each in given.outcomes] == [Answer, PredictionFailedError, Answer]
    assert given.request_ids == ["a", "c"]


def test_recorder_who_logs_later_is_answered_and_not_logged(tmp_path: Path) -> None:
    """An answer that is kept before it is logged is logged by who keeps it."""
    given = record(tmp_path, (ticket("a"), GOOD), (ticket("b", logs_later=True), GOOD))

    assert [type(each) for each in given.outcomes] == [Answer, Answer]
    assert given.request_ids == ["a"]


def test_recorder_gives_nothing_that_is_not_logged(tmp_path: Path) -> None:
    """While the log cannot be written, there is no answer."""
    given = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), BAD), is_closed=True)

    assert [type(each) for each in given.outcomes] == [PredictionLogError, PredictionFailedError]
    assert given.request_ids == []


def test_recorder_that_cannot_count_gives_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A metric that fails keeps nobody from an answer that is in the log."""

    def fail(*_: object) -> None:
        raise ValueError("no such label")

    monkeypatch.setattr("bentos.metrics.PredictionTally", fail)

    given = record(tmp_path, (ticket("a"), GOOD), (ticket("b"), GOOD))

    assert [type(each) for each in given.outcomes] == [Answer, Answer]
