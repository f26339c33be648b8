"""The hall bounds what waits, and keeps large requests out of the batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bentos.aside.reader import readers
from bentos.bulk import Bulk
from bentos.exchange import Answer, Outcome, Ticket
from bentos.hall import Hall, cluster_batch, predict_batch
from bentos.recorder import put_together
from bentos.refusal import BusyError
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.history import history
from herdbook.prediction_log.row import new_ids
from herdbook.predictor import Answers
from herdbook.settings import Settings
from tests.fixtures.models import dataset_named
from tests.fixtures.service import FLOWER, Book

IRIS = dataset_named("iris")


class DirectBatcher:
    """A batcher that makes a batch of each request, once it may."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.sizes: list[int] = []
        self.may_go = asyncio.Event()

    async def predict(self, ticket: Ticket) -> Answer:
        """Predict at once."""
        self.sizes.append(len(ticket.decoded.frame))
        await self.may_go.wait()
        given: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.hall.record_batch(
            [ticket], predict_batch([ticket]), lambda outcomes: given.set_result(outcomes[0])
        )
        return _answer(await given)

    async def cluster(self, ticket: Ticket) -> Answer:
        """Assign at once."""
        return _answer(put_together(ticket, cluster_batch([ticket])[0]))


def _answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


@asynccontextmanager
async def open_hall(book: Book, tmp_path: Path) -> AsyncIterator[Hall]:
    """Open a hall over a book, with small limits."""
    settings = Settings(ledger=book.ledger.url, state=tmp_path / "state", batch_rows=4, max_records=100)
    hall = Hall(settings, IRIS)
    hall.batcher = DirectBatcher(hall)
    hall.start()
    while hall.serving.current is None:
        await asyncio.sleep(0.02)
    try:
        yield hall
    finally:
        hall.stop()


def body(n: int) -> bytes:
    """Encode a body of n records."""
    return json.dumps({"records": [FLOWER] * n}).encode()


async def predict(hall: Hall, n: int) -> list[str]:
    """Have n records predicted, and give their ids."""
    return (await hall.predict(await hall.admit(body(n), "r"))).ids


def test_hall_large_request_passes_the_batcher_by(model_store: Path, book: Book, tmp_path: Path) -> None:
    """More records than a batch holds are predicted apart, and logged as all others are."""

    async def go() -> tuple[list[str], list[int]]:
        async with open_hall(book, tmp_path) as hall:
            ids = await predict(hall, 11)
            assert isinstance(hall.batcher, DirectBatcher)
            return ids, hall.batcher.sizes

    ids, sizes = asyncio.run(go())

    rows = history(book.ledger, tmp_path / "state" / "spool", IRIS).rows
    assert (len(set(ids)), sizes) == (11, [])
    assert {row["id"] for row in rows} == set(ids)


def test_hall_chunks_come_back_in_their_order(
    model_store: Path, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks are answered on two threads at once; each record still gets its own answer."""
    monkeypatch.setattr("bentos.hall.Bulk", partial(Bulk, 7, n_threads=2))
    records = [
        FLOWER | {"petal_length": 1.0 + 0.1 * place, "petal_width": 0.1 + 0.04 * place} for place in range(50)
    ]

    async def go() -> None:
        async with open_hall(book, tmp_path) as hall:
            ticket = await hall.admit(json.dumps({"records": records}).encode(), "r")
            answer = await hall.predict(ticket)
            assert isinstance(answer.columns, Answers)
            alone = ticket.predictor.predict(ticket.decoded.frame)
            assert len(np.unique(alone.probabilities, axis=0)) > 10
            np.testing.assert_allclose(answer.columns.probabilities, alone.probabilities, rtol=0, atol=1e-6)

    asyncio.run(go())


def test_hall_refuses_when_too_much_waits(model_store: Path, book: Book, tmp_path: Path) -> None:
    """The queue has an end: past it a client is told to come back, and those inside are answered."""

    async def go() -> list[list[str] | BaseException]:
        async with open_hall(book, tmp_path) as hall:
            assert isinstance(hall.batcher, DirectBatcher)
            waiting = [asyncio.create_task(predict(hall, 4)) for _ in range(101)]
            await asyncio.sleep(0.5)
            hall.batcher.may_go.set()
            return list(await asyncio.gather(*waiting, return_exceptions=True))

    outcomes = asyncio.run(go())

    assert [type(each) for each in outcomes if not isinstance(each, list)] == [BusyError]
    assert sum(len(each) for each in outcomes if isinstance(each, list)) == 400


def test_hall_answers_nothing_that_it_cannot_log(model_store: Path, book: Book, tmp_path: Path) -> None:
    """When the log is closed, there is no answer."""

    async def go() -> None:
        async with open_hall(book, tmp_path) as hall:
            assert isinstance(hall.batcher, DirectBatcher)
            hall.batcher.may_go.set()
            ticket = await hall.admit(body(1), "r")
            hall.stop()
            await hall.predict(ticket)

    with pytest.raises(PredictionLogError):
        asyncio.run(go())


@pytest.mark.integration
def test_hall_knows_what_is_logged_before_and_after_it_is_sealed(
    model_store: Path, book: Book, tmp_path: Path
) -> None:
    """A row is found in the spool, and by the process beside the worker once a segment holds it."""

    async def go() -> tuple[Hall, str]:
        async with open_hall(book, tmp_path) as hall:
            assert isinstance(hall.batcher, DirectBatcher)
            hall.batcher.may_go.set()
            answer = await hall.predict(await hall.admit(body(2), "r"))
            assert hall._is_logged(answer.ids[0])
            return hall, answer.ids[1]

    hall, id_ = asyncio.run(go())

    assert hall._is_logged(id_)
    assert not hall._is_logged(new_ids(1)[0])
    readers().close()
