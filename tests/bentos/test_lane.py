"""A lane answers together what waits together, and nobody waits for nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bentos.batching.cost import Cost
from bentos.batching.lane import INLINE_S, Limits
from tests.bentos.depot import BAD, Depot, Model, gather, learn, run, said, ticket


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


def test_lane_waits_for_those_whose_answers_are_on_their_way() -> None:
    """While some are about to be answered, the next batch waits, until they have asked again."""

    async def go(depot: Depot) -> None:
        model, lane = Model(), depot.lane
        await learn(depot, model)
        lane._costs[model] = known_cost()  # type: ignore[index]
        depot.is_slow = True
        some = [lane.ask(ticket(model, n)) for n in range(4)]
        await _until(lambda: len(depot.unfinished) == 1)
        others = [lane.ask(ticket(model, n)) for n in range(4)]
        await _until(lambda: len(depot.unfinished) == 2)
        depot.unfinished.pop(0)()
        await gather(*some)
        some = [lane.ask(ticket(model, n)) for n in range(4)]
        assert lane._departure.is_held
        depot.is_slow = False
        depot.finish_all()
        await gather(*others)
        await gather(*some, *[lane.ask(ticket(model, n)) for n in range(4)])

    _, depot = run(go, Limits(batch_rows=64, waiting_rows=1_000, wait_s=60.0, timeout_s=60.0))

    assert depot.sizes == [4, 4, 8]


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.001)


def known_cost() -> Cost:
    """Make the cost of a model whose batches cost so much, whatever their size, that waiting pays."""
    cost = Cost()
    for n_rows in (1, 2, 3):
        cost.note(n_rows, 30.0 + 0.001 * n_rows)
    return cost


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
