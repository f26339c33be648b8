"""One lane of the batcher: tickets that wait for the same method, and when they are answered together.

A batch leaves at once while nobody else is expected. It is held back only if, in the time that a batch's
fixed part takes, at least one more row would come at the rate of late: then for that time, or until as many
wait as were inside of late. While answers are on their way and somebody joins, it waits once more, since who
is answered may ask again; but nobody waits for longer than the limit. So holding back hardly costs more than
it may save.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from bentos.batching.cost import Cost
from bentos.batching.departed import Departed, Said
from bentos.batching.departure import Departure
from bentos.batching.pace import Pace
from bentos.batching.waiting import Waiting
from bentos.exchange import Answer, Give, Outcome, Share, Ticket
from bentos.refusal import AnswerSlowError, BusyError
from herdbook.predictor import Predictor

INLINE_S = 0.005
"""A batch that costs less runs on the event loop: the interpreter lets threads take turns at this interval
(`sys.getswitchinterval`). What a model does without the interpreter's lock could run beside the loop, but on
one core that gained nothing, and the two wakings of a thread took a third of the answers a second."""

Run = Callable[[Sequence[Ticket]], Sequence[Share]]
"""Asks the model; one share a ticket, in order."""

Finish = Callable[[Sequence[Ticket], Sequence[Share], Give], None]
"""Makes answers of the shares, and gives them at once or later."""


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
    limits
        The bounds.
    finish
        Called on the event loop with what `run` gave.
    threads
        Where batches run that cost more; one at a time.
    observe
        Told how many rows each batch has.
    """

    def __init__(
        self,
        run: Run,
        limits: Limits,
        *,
        finish: Finish,
        threads: Executor,
        observe: Callable[[int], None],
    ) -> None:
        self._run, self._finish, self._limits = run, finish, limits
        self._threads, self._observe = threads, observe
        self._away_rows = 0  # with the model, or on their way out
        self._is_back: asyncio.Future[None] | None = None
        self._waiting = Waiting()
        self._departure = Departure(
            self._waiting, self._depart, away=lambda: self._away_rows, most_s=limits.wait_s
        )
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
        waiting = self._waiting
        if self._is_closed or waiting.n_rows + len(ticket.decoded.frame) > self._limits.waiting_rows:
            raise BusyError
        # Python 3.11 makes a system call whenever it is asked for the loop
        loop = self._loop = self._loop or asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting.add(ticket, answer, loop.time())
        if self._out is None:
            if self._departure.is_planned:
                self._departure.joined(loop)
            else:
                self._plan(loop)
        return answer

    async def close(self) -> None:
        """Answer what waits, and take nothing more; returns once all have their answers."""
        self._is_closed = True
        while self._waiting.tickets or self._out is not None:
            if self._out is None:
                self._depart()
            else:
                await asyncio.wait([self._out])
        if self._away_rows:
            self._is_back = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._is_back], timeout=self._limits.timeout_s)

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
            self._departure.hold(loop, gap_s=min(cost.fixed_s, self._limits.wait_s), full_rows=full_rows)

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
            self._arrive(loop, batch, self._timed(batch.tickets))
        else:
            self._send_out(loop, batch)

    def _take(self, now_s: float) -> Departed | None:
        """Take the next batch out of what waits; None if nobody is left who wants an answer."""
        waiting = self._waiting
        waiting.drop(now_s - self._limits.timeout_s, self._refuse)
        if not waiting.tickets:
            return None
        n_waited = waiting.n_rows
        cost = self._cost_of(waiting.tickets[0].predictor)
        tickets, answers = waiting.take(cost.worthwhile_rows(self._limits.batch_rows))
        n_rows = n_waited - waiting.n_rows
        self._away_rows += n_rows
        self._pace.note(n_rows, here_rows=self._here_rows(), now_s=now_s)
        return Departed(tickets, answers, n_rows, cost)

    def _cost_of(self, predictor: Predictor) -> Cost:
        cost = self._costs.get(predictor)
        if cost is None:
            cost = self._costs[predictor] = Cost()
        return cost

    def _here_rows(self) -> int:
        return self._waiting.n_rows + self._away_rows

    def _send_out(self, loop: asyncio.AbstractEventLoop, batch: Departed) -> None:
        """Answer a batch on a thread; the next one leaves when it is back."""

        def arrive(out: asyncio.Future[tuple[Said, float]]) -> None:
            self._out = None
            self._pace.here_rows = self._here_rows()
            self._arrive(loop, batch, out.result())

        self._out = loop.run_in_executor(self._threads, self._timed, batch.tickets)
        self._out.add_done_callback(arrive)

    def _arrive(self, loop: asyncio.AbstractEventLoop, batch: Departed, timed: tuple[Said, float]) -> None:
        """Take in what the model said of a batch, and plan the next one."""
        said, seconds = timed
        batch.cost.note(batch.n_rows, seconds)
        self._conclude(*batch.without_gone(said))
        if self._waiting.tickets and not self._departure.is_planned:
            self._plan(loop)

    def _conclude(self, batch: Departed, said: Said) -> None:
        """Have the answers finished, and give them once, whatever goes wrong."""
        is_given = False

        def give(outcomes: Sequence[Outcome]) -> None:
            nonlocal is_given
            if not is_given:
                is_given = True
                self._give(batch, outcomes)

        if isinstance(said, Exception):
            give([said] * len(batch.tickets))
            return
        try:
            self._finish(batch.tickets, said, give)
        except Exception as error:  # noqa: BLE001 - the door of the batch: whoever waits for it must be told
            give([error] * len(batch.tickets))

    def _give(self, batch: Departed, outcomes: Sequence[Outcome]) -> None:
        self._away_rows -= batch.n_rows
        batch.give(outcomes)
        if self._is_back is not None and not self._away_rows and not self._is_back.done():
            self._is_back.set_result(None)

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
