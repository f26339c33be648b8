"""A lane has bounds: on what waits, on how long, and on what a failure takes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bentos.batching.lane import INLINE_S, Lane, Limits
from bentos.exchange import Answer, Share, Ticket
from bentos.recorder import give_batch
from bentos.refusal import AnswerSlowError, BusyError
from tests.bentos.depot import LIMITS, Depot, Model, gather, run, said, ticket


def test_lane_full_queue_is_busy() -> None:
    """Past its bound it takes nothing, and those inside are answered."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        answers = [depot.lane.ask(ticket(model, n, n)) for n in range(5)]
        with pytest.raises(BusyError):
            depot.lane.ask(ticket(model, 0.1))
        return await gather(*answers)

    answers, _ = run(go, Limits(batch_rows=4, waiting_rows=10, wait_s=0.01, timeout_s=30.0))

    assert [said(answer) for answer in answers] == [[n, n] for n in range(5)]


def test_lane_ticket_that_waited_too_long_is_refused() -> None:
    """It is not served when nobody waits for it any more."""

    async def go(depot: Depot) -> list[Any]:
        model = Model(busy_s=0.2)
        first = depot.lane.ask(ticket(model, 0.1))
        await asyncio.sleep(0.01)
        return await gather(first, depot.lane.ask(ticket(model, 0.2)))

    (first, late), depot = run(go, Limits(batch_rows=4, waiting_rows=10, wait_s=0.01, timeout_s=0.05))

    assert said(first) == [0.1]
    assert isinstance(late, AnswerSlowError)
    assert depot.sizes == [1]


def test_lane_cancelled_ticket_is_dropped() -> None:
    """Who is gone costs the model nothing."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        gone, kept = depot.lane.ask(ticket(model, 0.1)), depot.lane.ask(ticket(model, 0.2))
        gone.cancel()
        return await gather(gone, kept)

    (gone, kept), depot = run(go)

    assert isinstance(gone, asyncio.CancelledError)
    assert (said(kept), depot.sizes) == ([0.2], [1])


def test_lane_close_answers_what_waits_and_takes_no_more() -> None:
    """A worker that stops leaves nobody without an answer."""

    async def go(depot: Depot) -> list[Any]:
        model = Model(busy_s=2 * INLINE_S)
        answers = [depot.lane.ask(ticket(model, n)) for n in range(10)]
        await depot.lane.close()
        with pytest.raises(BusyError):
            depot.lane.ask(ticket(model, 0.1))
        return await gather(*answers)

    answers, _ = run(go, Limits(batch_rows=4, waiting_rows=10, wait_s=0.01, timeout_s=30.0))

    assert [said(answer) for answer in answers] == [[n] for n in range(10)]


def test_lane_batch_that_fails_whole_is_told_and_the_next_one_runs() -> None:
    """Whatever goes wrong around the model, nobody waits for ever."""

    async def go() -> tuple[list[Any], Answer]:
        failures = [RuntimeError("out of luck")]

        def run_once(tickets: Sequence[Ticket]) -> list[Share]:
            if failures:
                raise failures.pop()
            return [Share(None) for _ in tickets]

        lane = Lane(run_once, give_batch, LIMITS, threads=ThreadPoolExecutor(1), observe=lambda _: None)
        model = Model()
        told = await gather(lane.ask(ticket(model, 1.0)), lane.ask(ticket(model, 2.0)))
        return told, await lane.ask(ticket(model, 3.0))

    told, answer = asyncio.run(go())

    assert [type(each) for each in told] == [RuntimeError] * 2
    assert answer.columns is None
