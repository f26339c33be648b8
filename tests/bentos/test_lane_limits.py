"""A lane has bounds: on what waits, on how long, and on what a failure takes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bentos.batching.lane import INLINE_S, Lane, Limits
from bentos.exchange import Answer, Give, Share, Ticket
from bentos.recorder import give_batch
from bentos.refusal import AnswerSlowError, BusyError
from tests.bentos.depot import LIMITS, Depot, Model, gather, learn, run, said, ticket


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

        lane = Lane(
            run_once, LIMITS, finish=give_batch, threads=ThreadPoolExecutor(1), observe=lambda _: None
        )
        model = Model()
        told = await gather(lane.ask(ticket(model, 1.0)), lane.ask(ticket(model, 2.0)))
        return told, await lane.ask(ticket(model, 3.0))

    told, answer = asyncio.run(go())

    assert [type(each) for each in told] == [RuntimeError] * 2
    assert answer.columns is None


def test_lane_whose_answers_cannot_be_finished_tells_all_and_goes_on() -> None:
    """Whatever goes wrong between the model and the answers, nobody waits for ever."""

    async def go() -> tuple[list[Any], Answer, int]:
        failures = [RuntimeError("out of ink")]

        def finish(tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
            if failures:
                raise failures.pop()
            give_batch(tickets, shares, give)

        depot = Depot()
        lane = Lane(depot._run, LIMITS, finish=finish, threads=depot.pool, observe=depot.sizes.append)
        model = Model()
        told = await gather(lane.ask(ticket(model, 1.0)), lane.ask(ticket(model, 2.0)))
        answer = await lane.ask(ticket(model, 3.0))
        await lane.close()
        return told, answer, lane._away_rows

    told, answer, n_away = asyncio.run(go())

    assert [type(each) for each in told] == [RuntimeError] * 2
    assert (said(answer), n_away) == ([3.0], 0)


def test_lane_who_goes_while_the_model_answers_takes_nobody_along() -> None:
    """A caller that is gone when its batch comes back is left out; the others get their own answers."""

    async def go(depot: Depot) -> list[Any]:
        model = Model(busy_s=2 * INLINE_S)
        await learn(depot, model)
        answers = [depot.lane.ask(ticket(model, n)) for n in range(3)]
        while depot.lane._out is None:
            await asyncio.sleep(0)
        answers[1].cancel()
        return [said(answer) for answer in await gather(answers[0], answers[2])]

    got, depot = run(go)

    assert got == [[0.0], [2.0]]
    assert depot.lane._away_rows == 0


def test_lane_who_goes_before_the_answer_is_given_takes_nobody_along() -> None:
    """A caller that goes while its row is being logged changes nothing for the others."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        await learn(depot, model)
        depot.is_slow = True
        answers = [depot.lane.ask(ticket(model, n)) for n in range(3)]
        while not depot.unfinished:
            await asyncio.sleep(0)
        answers[1].cancel()
        depot.finish_all()
        return [said(answer) for answer in await gather(answers[0], answers[2])]

    got, depot = run(go)

    assert got == [[0.0], [2.0]]
    assert depot.lane._away_rows == 0


def test_lane_close_waits_for_what_is_being_logged() -> None:
    """A lane is closed once everybody has an answer, not once every model has spoken."""

    async def go(depot: Depot) -> tuple[bool, bool]:
        model = Model()
        await learn(depot, model)
        depot.is_slow = True
        answer = depot.lane.ask(ticket(model, 1.0))
        closing = asyncio.ensure_future(depot.lane.close())
        while not depot.unfinished:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        was_closed = closing.done()
        depot.finish_all()
        await closing
        return was_closed, answer.done()

    (was_closed, is_answered), _ = run(go)

    assert (was_closed, is_answered) == (False, True)
