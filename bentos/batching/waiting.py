"""What waits for an answer, in columns, the oldest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bentos.exchange import Answer, Ticket


class Waiting:
    """Tickets, what becomes their answers, and since when they wait.

    Attributes
    ----------
    n_rows
        How many rows all of them have.
    tickets
        The tickets alone.
    """

    def __init__(self) -> None:
        self.n_rows = 0
        self.tickets: list[Ticket] = []
        self._answers: list[asyncio.Future[Answer]] = []
        self._since_s: list[float] = []

    @property
    def since_s(self) -> float:
        """Since when the oldest ticket waits; there is one."""
        return self._since_s[0]

    def add(self, ticket: Ticket, answer: asyncio.Future[Answer], now_s: float) -> None:
        """Add a ticket at the end."""
        self.tickets.append(ticket)
        self._answers.append(answer)
        self._since_s.append(now_s)
        self.n_rows += len(ticket.decoded.frame)

    def take(self, most_rows: int) -> tuple[list[Ticket], list[asyncio.Future[Answer]]]:
        """Take the oldest ticket, and those of its model that follow and fit beside it."""
        n_taken, n_rows = self._fitting(most_rows)
        taken = self.tickets[:n_taken], self._answers[:n_taken]
        self.n_rows -= n_rows
        del self.tickets[:n_taken], self._answers[:n_taken], self._since_s[:n_taken]
        return taken

    def drop(self, since_s: float, refuse: Callable[[], Exception]) -> None:
        """Drop whose caller is gone, and refuse what waits since this time or longer."""
        if not self.tickets:
            return
        is_gone = [answer.done() for answer in self._answers]
        if self._since_s[0] > since_s and not any(is_gone):
            return
        kept = []
        for place, answer in enumerate(self._answers):
            if self._since_s[place] > since_s:
                kept.append(place)
            elif not is_gone[place]:
                answer.set_exception(refuse())
        self._keep([place for place in kept if not is_gone[place]])

    def _fitting(self, most_rows: int) -> tuple[int, int]:
        n_taken, n_rows = 0, 0
        for ticket in self.tickets:
            more = len(ticket.decoded.frame)
            is_alike = ticket.predictor is self.tickets[0].predictor
            if n_taken and not (is_alike and n_rows + more <= most_rows):
                break
            n_taken += 1
            n_rows += more
        return n_taken, n_rows

    def _keep(self, places: list[int]) -> None:
        self.tickets = [self.tickets[place] for place in places]
        self._answers = [self._answers[place] for place in places]
        self._since_s = [self._since_s[place] for place in places]
        self.n_rows = sum(len(ticket.decoded.frame) for ticket in self.tickets)
