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
    away
        Says how many rows have left and are not answered yet: who sent them may soon ask again.
    most_s
        Longest time that anything is held back.
    """

    def __init__(
        self, waiting: Waiting, leave: Callable[[], None], *, away: Callable[[], int], most_s: float
    ) -> None:
        self._waiting, self._leave, self._away, self._most_s = waiting, leave, away, most_s
        self._handle: asyncio.Handle | None = None
        self._full_rows = 0

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

    def hold(self, loop: asyncio.AbstractEventLoop, *, gap_s: float, full_rows: int) -> None:
        """Hold the batch back for `gap_s`, unless `full_rows` wait before.

        Each further gap is earned: somebody joined in the one before, and when that began some answers were
        still on their way.
        """
        if not self._is_left(loop, gap_s):
            self.soon(loop)
            return
        self._full_rows = full_rows
        self._listen(loop, gap_s)

    def joined(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look whether the batch is full, now that somebody has joined it."""
        if self.is_held and self._waiting.n_rows >= self._full_rows:
            self.soon(loop)

    def _listen(self, loop: asyncio.AbstractEventLoop, gap_s: float) -> None:
        n_rows, n_away = self._waiting.n_rows, self._away()

        def look(turns: int = TURNS) -> None:
            if turns:
                self._handle = loop.call_soon(look, turns - 1)
            elif n_away and self._waiting.n_rows > n_rows and self._is_left(loop, gap_s):
                self._listen(loop, gap_s)
            else:
                self._leave()

        self._handle = loop.call_later(gap_s, look)

    def _is_left(self, loop: asyncio.AbstractEventLoop, gap_s: float) -> bool:
        """Whether the one who has waited longest may wait for so long besides."""
        return loop.time() + gap_s <= self._waiting.since_s + self._most_s
