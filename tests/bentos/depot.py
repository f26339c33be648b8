"""A lane for tests, with a model that takes as long as it is told, and what is known of its batches."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bentos.batch import run_batch
from bentos.batching.lane import Lane, Limits
from bentos.exchange import Answer, Decoded, Give, Share, Ticket
from bentos.recorder import give_batch
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
        self.is_slow = False
        self.unfinished: list[Callable[[], None]] = []
        self.lane = Lane(self._run, limits, finish=self._finish, threads=self.pool, observe=self.sizes.append)

    def _run(self, tickets: Sequence[Ticket]) -> list[Share]:
        self.threads.append(threading.current_thread())
        self.models.append(tickets[0].predictor)
        return run_batch(tickets, Model.assign)  # type: ignore[arg-type]

    def _finish(self, tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
        if self.is_slow:
            self.unfinished.append(partial(give_batch, tickets, shares, give))
        else:
            give_batch(tickets, shares, give)

    def finish_all(self) -> None:
        """Give what a slow depot has held back."""
        while self.unfinished:
            self.unfinished.pop(0)()


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
