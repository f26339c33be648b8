"""A batch that has left: its tickets, and those who wait for their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from bentos.batching.cost import Cost
from bentos.exchange import Answer, Outcome, Share, Ticket

Said = Sequence[Share] | Exception
"""What a model said of a batch."""


class Departed(NamedTuple):
    """Tickets that left together, what becomes their answers, and what their model costs."""

    tickets: Sequence[Ticket]
    answers: Sequence[asyncio.Future[Answer]]
    n_rows: int
    cost: Cost

    def give(self, outcomes: Sequence[Outcome]) -> None:
        """Give what became of the tickets to those who still wait."""
        for answer, outcome in zip(self.answers, outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

    def without_gone(self, said: Said) -> tuple[Departed, Said]:
        """Leave out who waits no more, also of what the model said."""
        kept = [place for place, answer in enumerate(self.answers) if not answer.done()]
        if isinstance(said, Exception) or len(kept) == len(self.answers):
            return self, said
        tickets = [self.tickets[place] for place in kept]
        answers = [self.answers[place] for place in kept]
        return self._replace(tickets=tickets, answers=answers), [said[place] for place in kept]
