"""A lane answers together what waits together, and nobody waits for nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bentos.batch import run_batch
from bentos.batching.lane import INLINE_S, Lane, Limits
from bentos.exchange import Answer, Decoded, Share, Ticket
from bentos.recorder import give_batch
from bentos.refusal import AnswerSlowError, BusyError
from herdbook.clusters import Assignment

BAD = -1.0
LIMITS = Limits(batch_rows=64, waiting_rows=1_000, wait_s=0.01, timeout_s=30.0)


class Model:
    """A model that answers with the first feature, fails on a bad row, and takes as long as it is told."""

    def __init__(self, busy_s: float = 0.0) -> None:
        self.busy_s = busy_s

    def assign(self, frame: NDArray[np.float64]) -> Assignment:
        """Answer each row with itself."""
        until_s = time.thread_time() + self.busy_s
        while time.thread_time() < until_s:
            pass
        if (frame == BAD).any():
            raise ValueError("a bad row")
        return Assignment(np.zeros(len(frame), dtype=np.int64), frame[:, 0], frame[:, 0])


class Depot:
    """A lane, and what is known of its batches: their sizes, their models, and the threads that ran them."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.sizes: list[int] = []
        self.models: list[object] = []
        self.threads: list[threading.Thread] = []
        self.pool = ThreadPoolExecutor(1)
        self.lane = Lane(self._run, give_batch, limits, threads=self.pool, observe=self.sizes.append)

    def _run(self, tickets: Sequence[Ticket]) -> list[Share]:
        self.threads.append(threading.current_thread())
        self.models.append(tickets[0].predictor)
        return run_batch(tickets, Model.assign)  # type: ignore[arg-type]


def ticket(model: Any, *numbers: float) -> Ticket:
    """Make a ticket of one-feature records."""
    frame = np.array(numbers, dtype=np.float64).reshape(-1, 1)
    return Ticket("r", model, Decoded(frame, [None] * len(numbers), len(numbers), {}, is_inline=True))


def said(answer: Answer) -> list[float]:
    """Give what an answer says."""
    return [] if answer.columns is None else list(answer.columns.membership.tolist())


def run(go: Callable[[Depot], Coroutine[Any, Any, Any]], limits: Limits = LIMITS) -> tuple[Any, Depot]:
    """Do something with a lane on a loop of its own, and close it."""

    async def on_loop() -> tuple[Any, Depot]:
        depot = Depot(limits)
        done = await go(depot)
        await depot.lane.close()
        return done, depot

    return asyncio.run(on_loop())


async def learn(depot: Depot, model: Model) -> None:
    """Let the lane learn what a batch of a model costs, by one of one row."""
    await depot.lane.ask(ticket(model, 0.5))
    depot.sizes.clear()
    depot.models.clear()
    depot.threads.clear()


async def gather(*answers: Awaitable[Answer]) -> list[Any]:
    """Wait for answers or what went wrong with them."""
    return list(await asyncio.gather(*answers, return_exceptions=True))


def test_lane_lone_ticket_waits_for_nobody() -> None:
    """Who asks alone is answered before the event loop does anything else: no timer, no thread."""

    async def go(depot: Depot) -> bool:
        model = Model()
        await learn(depot, model)
        answer = depot.lane.ask(ticket(model, 0.1))
        await asyncio.sleep(0)
        return answer.done()

    is_done, depot = run(go)

    assert is_done
    assert depot.threads == [threading.main_thread()]


def test_lane_lone_client_is_never_held_back() -> None:
    """However dear a batch is, a client that asks again and again waits for nobody else."""

    async def go(depot: Depot) -> list[bool]:
        model, held = Model(busy_s=3 * INLINE_S), []
        for _ in range(12):
            answer = depot.lane.ask(ticket(model, 0.1))
            held.append(depot.lane._departure.is_held)
            await answer
        return held

    held, depot = run(go)

    assert not any(held)
    assert depot.sizes == [1] * 12


def test_lane_what_waits_together_leaves_together() -> None:
    """Whose bytes arrived in the same moment share a batch."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        await learn(depot, model)
        return await gather(*[depot.lane.ask(ticket(model, n / 16)) for n in range(16)])

    answers, depot = run(go)

    assert [said(answer) for answer in answers] == [[n / 16] for n in range(16)]
    assert depot.sizes == [16]


def test_lane_batch_has_its_most_rows() -> None:
    """No batch has more rows than the settings say, and the order is kept."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        return await gather(*[depot.lane.ask(ticket(model, n, n + 0.5)) for n in range(50)])

    answers, depot = run(go, Limits(batch_rows=7, waiting_rows=1_000, wait_s=0.01, timeout_s=30.0))

    assert [said(answer) for answer in answers] == [[n, n + 0.5] for n in range(50)]
    assert max(depot.sizes) <= 7
    assert sum(depot.sizes) == 100


def test_lane_dear_batch_runs_on_a_thread_while_others_gather() -> None:
    """The event loop stays free, and whoever comes meanwhile leaves together."""

    async def go(depot: Depot) -> list[Any]:
        model = Model(busy_s=5 * INLINE_S)
        await learn(depot, model)
        first = depot.lane.ask(ticket(model, 0.1))
        await asyncio.sleep(0)
        return await gather(first, *[depot.lane.ask(ticket(model, 0.2)) for _ in range(9)])

    _, depot = run(go)

    assert depot.sizes == [1, 9]
    assert threading.main_thread() not in depot.threads


def test_lane_bad_row_harms_no_other() -> None:
    """Among those that share a batch only the one with the bad row hears of it."""

    async def go(depot: Depot) -> list[Any]:
        model = Model()
        await learn(depot, model)
        return await gather(*[depot.lane.ask(ticket(model, BAD if n == 7 else n)) for n in range(64)])

    answers, depot = run(go)

    assert [n for n, answer in enumerate(answers) if answer.failed] == [7]
    assert [said(answer) for n, answer in enumerate(answers) if n != 7] == [[n] for n in range(64) if n != 7]
    assert sum(depot.sizes) == 64


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


def test_lane_two_models_share_no_batch() -> None:
    """While one model takes over from another, each answers its own tickets."""

    async def go(depot: Depot) -> list[Any]:
        models = Model(), Model()
        answers = await gather(*[depot.lane.ask(ticket(models[n // 5 % 2], n)) for n in range(20)])
        assert depot.models == [models[0], models[1]] * 2
        return answers

    answers, depot = run(go)

    assert [said(answer) for answer in answers] == [[n] for n in range(20)]
    assert depot.sizes == [5] * 4


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


asked = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.floats(0, 1) | st.just(BAD), min_size=1, max_size=9))
)


@settings(max_examples=40)
@given(asked, st.integers(1, 12))
def test_lane_everybody_gets_the_answers_to_their_own_rows(
    asked: list[tuple[int, list[float]]], batch_rows: int
) -> None:
    """Whatever the sizes, the models and the bad rows."""

    async def go(depot: Depot) -> list[Any]:
        models = [Model(), Model(), Model(busy_s=2 * INLINE_S)]
        return await gather(*[depot.lane.ask(ticket(models[nth], *numbers)) for nth, numbers in asked])

    answers, _ = run(go, Limits(batch_rows=batch_rows, waiting_rows=1_000, wait_s=0.01, timeout_s=30.0))

    for (_, numbers), answer in zip(asked, answers, strict=True):
        assert said(answer) == [number for number in numbers if number != BAD]
        assert list(answer.failed) == [place for place, number in enumerate(numbers) if number == BAD]
