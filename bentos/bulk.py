"""Large requests: each in chunks, between which others get their turn, and more than one chunk at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from bentos.batch import Call, join, run_frame
from bentos.exchange import Share, Ticket

THREADS = 2
"""So many chunks are answered at once: the graph of a model runs without the interpreter's lock."""


class Bulk:
    """Answers tickets of many rows on threads of its own, `chunk_rows` at a time."""

    def __init__(self, chunk_rows: int) -> None:
        self._chunk_rows = chunk_rows
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="bulk")

    async def answer(self, ticket: Ticket, call: Call) -> Share:
        """Answer all rows of a ticket; if it is given up, none that has not begun is answered."""
        frame, step = ticket.decoded.frame, self._chunk_rows
        loop = asyncio.get_running_loop()
        shares: list[Share] = []
        out: deque[asyncio.Future[Share]] = deque()
        try:
            for first in range(0, len(frame), step):
                if len(out) == THREADS:
                    shares.append(await out.popleft())
                chunk = frame[first : first + step]
                out.append(loop.run_in_executor(self._threads, run_frame, ticket.predictor, chunk, call))
            while out:
                shares.append(await out.popleft())
        finally:
            for each in out:
                each.cancel()
        return join(shares)

    def close(self) -> None:
        """End the threads, once no ticket waits."""
        self._threads.shutdown()
