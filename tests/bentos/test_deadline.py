"""One timer ends what takes too long, as `asyncio.timeout` would."""

from __future__ import annotations

import asyncio

import pytest

from bentos.deadline import Deadlines


async def take(deadlines: Deadlines, seconds: float) -> str:
    """Do something for so long, within its time."""
    try:
        with deadlines.begin():
            await asyncio.sleep(seconds)
    except TimeoutError:
        return "over"
    return "done"


def test_deadline_ends_each_in_its_own_time() -> None:
    """Of many at once only those are ended that take too long, each after its own time."""

    async def go() -> list[str]:
        deadlines = Deadlines(0.2)
        tasks = []
        for seconds in (0.0, 9.0, 0.01, 9.0, 0.05):
            tasks.append(asyncio.create_task(take(deadlines, seconds)))
            await asyncio.sleep(0.02)
        return list(await asyncio.gather(*tasks))

    assert asyncio.run(go()) == ["done", "over", "done", "over", "done"]


def test_deadline_restart_gives_the_whole_time_again() -> None:
    """What begins anew is not ended by the time that went before."""

    async def go() -> None:
        with Deadlines(0.3).begin() as deadline:
            for _ in range(4):
                await asyncio.sleep(0.1)
                deadline.restart()

    asyncio.run(go())


def test_deadline_cancellation_by_somebody_else_passes() -> None:
    """Only our own cancellation becomes a TimeoutError."""

    async def go() -> None:
        task = asyncio.create_task(take(Deadlines(5.0), 9.0))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(go())


def test_deadline_watches_on_after_a_rest() -> None:
    """When nothing is left to watch the timer ends, and what comes later is watched again."""

    async def go() -> list[str]:
        deadlines = Deadlines(0.05)
        first = await take(deadlines, 0.0)
        await asyncio.sleep(0.2)
        return [first, await take(deadlines, 9.0)]

    assert asyncio.run(go()) == ["done", "over"]
