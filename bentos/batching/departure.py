"""When the next batch of a lane leaves: at once, or held back while others keep coming."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bentos.batching.waiting import Waiting

TURNS = 2
"""A timer may be over because the loop was busy: after so many turns, it has read what arrived meanwhile."""


class Departure:
    """Plans the departure of what waits; all of its methods are called on one event loop.

    Parameters
    ----------
    leave
        Called when the batch is to leave.
    most_s
        Longest time that a batch is held back.
    """

    def __init__(self, waiting: Waiting, leave: Callable[[], None], *, most_s: float) -> None:
        self._waiting, self._leave, self._most_s = waiting, leave, most_s
        self._handle: asyncio.Handle | None = None
        self._full_rows = 0
        self._until_s = 0.0

    @property
    def is_planned(self) -> bool:
        """Whether a batch is to leave."""
        return self._handle is not None

    @property
    def is_held(self) -> bool:
        """Whether it is held back."""
        return self._full_rows > 0

    def cancel(self) -> None:
        """Plan nothing."""
        self._full_rows = 0
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the batch leave once those have joined whose bytes have arrived already."""
        self.cancel()
        self._handle = loop.call_soon(self._leave)

    def hold(self, loop: asyncio.AbstractEventLoop, gap_s: float, full_rows: int) -> None:
        """Hold the batch back until `full_rows` wait, or until nobody has joined for `gap_s`."""
        self._full_rows = full_rows
        self._until_s = loop.time() + self._most_s
        self._listen(loop, gap_s)

    def joined(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look whether the batch is full, now that somebody has joined it."""
        if self._full_rows and self._waiting.n_rows >= self._full_rows:
            self.soon(loop)

    def _listen(self, loop: asyncio.AbstractEventLoop, gap_s: float) -> None:
        n_rows = self._waiting.n_rows

        def look(turns: int = TURNS) -> None:
            if turns:
                self._handle = loop.call_soon(look, turns - 1)
            elif self._waiting.n_rows > n_rows and loop.time() + gap_s <= self._until_s:
                self._listen(loop, gap_s)
            else:
                self._leave()

        self._handle = loop.call_later(gap_s, look)
