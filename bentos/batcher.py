"""The batcher: many requests become few batches; an interface, and a lane a method behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from bentos.batching.lane import Finish, Lane, Limits, Run
from bentos.exchange import Answer, Ticket
from herdbook.settings import Settings


class Batcher(Protocol):
    """Answers tickets in batches with those of other requests; `BusyError` if it cannot take one in time."""

    def predict(self, ticket: Ticket) -> Awaitable[Answer]:
        """Have the rows of a ticket predicted."""
        ...

    def cluster(self, ticket: Ticket) -> Awaitable[Answer]:
        """Have the rows of a ticket assigned to clusters."""
        ...


class Method(NamedTuple):
    """What a lane runs, who finishes the answers, and who is told how many rows each batch has."""

    run: Run
    finish: Finish
    observe: Callable[[int], None]


class MicroBatcher:
    """A lane a method; small batches run on the event loop, large ones on a thread."""

    def __init__(self, settings: Settings, *, predict: Method, cluster: Method) -> None:
        limits = limits_of(settings)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="batch")
        self._predict, self._cluster = (
            Lane(method.run, limits, finish=method.finish, threads=self._threads, observe=method.observe)
            for method in (predict, cluster)
        )

    def predict(self, ticket: Ticket) -> asyncio.Future[Answer]:
        """Have the rows of a ticket predicted."""
        return self._predict.ask(ticket)

    def cluster(self, ticket: Ticket) -> asyncio.Future[Answer]:
        """Have the rows of a ticket assigned to clusters."""
        return self._cluster.ask(ticket)

    async def close(self) -> None:
        """Answer what waits, and take nothing more."""
        for lane in (self._predict, self._cluster):
            await lane.close()
        self._threads.shutdown()


def limits_of(settings: Settings) -> Limits:
    """Read the bounds of a lane from the settings."""
    return Limits(
        batch_rows=settings.batch_rows,
        waiting_rows=most_rows(settings),
        wait_s=settings.batch_wait_ms / 1_000,
        timeout_s=settings.timeout_s,
    )


def most_rows(settings: Settings) -> int:
    """Say how many rows may be inside at once; past them, a request is told to come back."""
    return max(4 * settings.max_records, 64 * settings.batch_rows)
