"""A plan carried out: several requests at once, a bounded number of them, their answers in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

from herdbook.client.call import Call
from herdbook.client.frame import Answers, Plan
from herdbook.client.progress import Progress, telling


def score(
    plan: Plan, ask: Callable[[Call[Answers]], Answers], *, concurrency: int, progress: Progress
) -> Any:
    """Ask every chunk on threads; give the table with the answers beside it."""
    chunks: list[Any] = [None] * plan.n_chunks
    done = 0

    def one(number: int) -> tuple[int, int, Any]:
        answers = ask(plan.call(number))
        return number, len(answers), plan.chunk(answers)

    pool = ThreadPoolExecutor(concurrency)
    try:
        with telling(progress) as tell:
            futures: list[Future[tuple[int, int, Any]]] = [pool.submit(one, n) for n in range(plan.n_chunks)]
            for future in as_completed(futures):
                number, n_rows, chunks[number] = future.result()
                done += n_rows
                tell(done, plan.n_rows)
    finally:
        # after a failure what is under way ends by itself, and nothing more begins
        pool.shutdown(wait=False, cancel_futures=True)
    return plan.joined(chunks)


async def score_async(
    plan: Plan, ask: Callable[[Call[Answers]], Awaitable[Answers]], *, concurrency: int, progress: Progress
) -> Any:
    """Ask every chunk in tasks; give the table with the answers beside it."""
    chunks: list[Any] = [None] * plan.n_chunks
    free = asyncio.Semaphore(concurrency)
    done = 0

    async def one(number: int) -> None:
        nonlocal done
        async with free:
            answers = await ask(plan.call(number))
        chunks[number] = plan.chunk(answers)
        done += len(answers)
        tell(done, plan.n_rows)

    with telling(progress) as tell:
        tasks = [asyncio.ensure_future(one(number)) for number in range(plan.n_chunks)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
    return plan.joined(chunks)
