"""One lane of the batcher: tickets that wait for the same method, and when they are answered together.

A batch leaves at once while nobody else is expected. It is held back only if, in the time that a batch's
fixed part takes, at least one more row would come at the rate of late; then for as long as nobody keeps it
waiting for more than that time, and not once as many wait as were inside of late. So holding back never
costs more than it may save.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from bentos.batching.cost import Cost
from bentos.batching.departure import Departure
from bentos.batching.pace import Pace
from bentos.batching.waiting import Waiting
from bentos.exchange import Answer, Give, Outcome, Share, Ticket
from bentos.refusal import AnswerSlowError, BusyError
from herdbook.predictor import Predictor

INLINE_S = 0.005
"""A batch that costs less runs on the event loop: the interpreter lets threads take turns at this interval
(`sys.getswitchinterval`), so a thread would hold the loop up for as long, and cost two wakings besides."""

Run = Callable[[Sequence[Ticket]], Sequence[Share]]
"""Asks the model; one share a ticket, in order."""

Finish = Callable[[Sequence[Ticket], Sequence[Share], Give], None]
"""Makes answers of the shares, and gives them at once or later."""

Said = Sequence[Share] | Exception
"""What a model said of a batch."""


class _Batch(NamedTuple):
    """Tickets that left together, what becomes their answers, and what their model costs."""

    tickets: Sequence[Ticket]
    answers: Sequence[asyncio.Future[Answer]]
    n_rows: int
    cost: Cost


@dataclass(frozen=True)
class Limits:
    """The bounds of a lane.

    Attributes
    ----------
    batch_rows
        Most rows in one batch, unless one ticket has more.
    waiting_rows
        Most rows that may wait.
    wait_s
        Longest time that a batch is held back for others to join.
    timeout_s
        A ticket that waited so long is refused.
    """

    batch_rows: int
    waiting_rows: int
    wait_s: float
    timeout_s: float


class Lane:
    """Answers tickets in batches of one model each; all of its methods are called on one event loop.

    Parameters
    ----------
    run
        Called on the event loop for a batch that costs little, else on a thread.
    finish
        Called on the event loop with what `run` gave.
    limits
        The bounds.
    threads
        Where batches run that cost more; one at a time.
    observe
        Told how many rows each batch has.
    """

    def __init__(
        self,
        run: Run,
        finish: Finish,
        limits: Limits,
        *,
        threads: Executor,
        observe: Callable[[int], None],
    ) -> None:
        self._run, self._finish, self._limits = run, finish, limits
        self._threads, self._observe = threads, observe
        self._rows_inside = 0  # waiting, with the model, or on their way out
        self._waiting = Waiting()
        self._departure = Departure(self._waiting, self._depart, most_s=limits.wait_s)
        self._costs: WeakKeyDictionary[Predictor, Cost] = WeakKeyDictionary()
        self._pace = Pace()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._out: asyncio.Future[tuple[Said, float]] | None = None
        self._is_closed = False

    def ask(self, ticket: Ticket) -> asyncio.Future[Answer]:
        """Give what becomes the answer to a ticket; who cancels it takes the ticket back.

        Raises
        ------
        BusyError
            Too many rows wait already, or the lane is closed.
        """
        waiting, n_rows = self._waiting, len(ticket.decoded.frame)
        if self._is_closed or waiting.n_rows + n_rows > self._limits.waiting_rows:
            raise BusyError
        # Python 3.11 makes a system call whenever it is asked for the loop
        loop = self._loop = self._loop or asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting.add(ticket, answer, loop.time())
        self._rows_inside += n_rows
        if self._out is None:
            if self._departure.is_planned:
                self._departure.joined(loop)
            else:
                self._plan(loop)
        return answer

    async def close(self) -> None:
        """Answer what waits, and take nothing more."""
        self._is_closed = True
        while self._waiting.tickets or self._out is not None:
            if self._out is None:
                self._depart()
            else:
                await asyncio.wait([self._out])

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        """Decide when the next batch leaves."""
        cost = self._costs.get(self._waiting.tickets[0].predictor)
        if cost is None or self._pace.rows_per_s(loop.time()) * cost.fixed_s < 1.0:
            self._departure.soon(loop)
            return
        full_rows = min(self._pace.here_rows, cost.worthwhile_rows(self._limits.batch_rows))
        if self._waiting.n_rows >= full_rows:
            self._departure.soon(loop)
        else:
            self._departure.hold(loop, min(cost.fixed_s, self._limits.wait_s), full_rows)

    def _depart(self) -> None:
        """Answer one batch of what waits."""
        self._departure.cancel()
        loop = self._loop
        assert loop is not None
        batch = self._take(loop.time())
        if batch is None:
            return
        self._observe(batch.n_rows)
        if batch.cost.is_known and batch.cost.of(batch.n_rows) <= INLINE_S:
            self._arrive(loop, batch, *self._timed(batch.tickets))
        else:
            self._send_out(loop, batch)

    def _take(self, now_s: float) -> _Batch | None:
        """Take the next batch out of what waits; None if nobody is left who wants an answer."""
        waiting = self._waiting
        n_waited = waiting.n_rows
        waiting.drop(now_s - self._limits.timeout_s, self._refuse)
        self._rows_inside -= n_waited - waiting.n_rows
        if not waiting.tickets:
            return None
        n_waited = waiting.n_rows
        cost = self._cost_of(waiting.tickets[0].predictor)
        tickets, answers = waiting.take(cost.worthwhile_rows(self._limits.batch_rows))
        n_rows = n_waited - waiting.n_rows
        self._pace.note(n_rows, here_rows=self._rows_inside, now_s=now_s)
        return _Batch(tickets, answers, n_rows, cost)

    def _cost_of(self, predictor: Predictor) -> Cost:
        cost = self._costs.get(predictor)
        if cost is None:
            cost = self._costs[predictor] = Cost()
        return cost

    def _send_out(self, loop: asyncio.AbstractEventLoop, batch: _Batch) -> None:
        """Answer a batch on a thread; the next one leaves when it is back."""

        def arrive(out: asyncio.Future[tuple[Said, float]]) -> None:
            self._out = None
            self._pace.here_rows = self._rows_inside
            self._arrive(loop, batch, *out.result())

        self._out = loop.run_in_executor(self._threads, self._timed, batch.tickets)
        self._out.add_done_callback(arrive)

    def _arrive(self, loop: asyncio.AbstractEventLoop, batch: _Batch, said: Said, seconds: float) -> None:
        """Take in what the model said of a batch, and plan the next one."""
        batch.cost.note(batch.n_rows, seconds)
        wanted = [place for place, answer in enumerate(batch.answers) if not answer.done()]
        give = partial(self._give, batch, wanted)
        if isinstance(said, Exception):
            give([said] * len(wanted))
        elif len(wanted) == len(said):
            self._finish(batch.tickets, said, give)
        else:
            self._finish([batch.tickets[place] for place in wanted], [said[place] for place in wanted], give)
        if self._waiting.tickets and not self._departure.is_planned:
            self._plan(loop)

    def _give(self, batch: _Batch, wanted: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Give what became of those tickets of a batch for whom somebody waited."""
        self._rows_inside -= batch.n_rows
        for place, outcome in zip(wanted, outcomes, strict=True):
            answer = batch.answers[place]
            if answer.done():
                continue
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

    def _timed(self, tickets: Sequence[Ticket]) -> tuple[Said, float]:
        # the thread's own time: what it waits for other threads, or for the processor, is no part of the cost
        began_s = time.thread_time()
        said = self._attempt(tickets)
        return said, time.thread_time() - began_s

    def _attempt(self, tickets: Sequence[Ticket]) -> Said:
        try:
            return self._run(tickets)
        except Exception as error:  # noqa: BLE001 - the door of the batch: whoever waits for it must be told
            return error

    def _refuse(self) -> Exception:
        return AnswerSlowError(self._limits.timeout_s)
