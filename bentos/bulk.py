"""Large requests: each in chunks, between which others get their turn, and more than one chunk at a time."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from bentos.batch import Call, join, run_frame
from bentos.exchange import Share, Ticket

MOST_THREADS = 2
"""At most so many chunks are answered at once: the graph of a model runs without the interpreter's lock."""

CHUNK_ROWS = 2_048
"""Shorter chunks cost more a row: of 256 rows a sixth, in clusters and graph alike."""


class Bulk:
    """Answers tickets of many rows on threads of its own.

    Parameters
    ----------
    chunk_rows
        Most rows that are answered without a pause; the rows of a ticket are shared out evenly.
    n_threads
        So many chunks are answered at once; by default as many as this process has cores, but no more than
        `MOST_THREADS`: on one core two of them would only drive each other out of its caches.
    """

    def __init__(self, chunk_rows: int = CHUNK_ROWS, *, n_threads: int | None = None) -> None:
        self._chunk_rows = chunk_rows
        self._n_threads = n_threads or min(MOST_THREADS, count_cores())
        self._threads = ThreadPoolExecutor(self._n_threads, thread_name_prefix="bulk")

    async def answer(self, ticket: Ticket, call: Call) -> Share:
        """Answer all rows of a ticket; if it is given up, none that has not begun is answered."""
        frame = ticket.decoded.frame
        step = self._share_out(len(frame))
        loop = asyncio.get_running_loop()
        shares: list[Share] = []
        out: deque[asyncio.Future[Share]] = deque()
        try:
            for first in range(0, len(frame), step):
                if len(out) == self._n_threads:
                    shares.append(await out.popleft())
                chunk = frame[first : first + step]
                out.append(loop.run_in_executor(self._threads, run_frame, ticket.predictor, chunk, call))
            while out:
                shares.append(await out.popleft())
        finally:
            for each in out:
                each.cancel()
        return join(shares)

    def _share_out(self, n_rows: int) -> int:
        """Say how many rows a chunk has, so that all threads have as many chunks, and end together."""
        rounds = max(1, ceil(n_rows / (self._chunk_rows * self._n_threads)))
        return max(1, ceil(n_rows / (rounds * self._n_threads)))

    def close(self) -> None:
        """End the threads, once no ticket waits."""
        self._threads.shutdown()


def count_cores() -> int:
    """Count the cores that this process may use, where the system tells, else those that there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
