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
from weakref import WeakKeyDictionary

from bentos.batching.cost import Cost
from bentos.batching.departure import Departure
from bentos.batching.pace import Pace
from bentos.batching.waiting import Waiting
from bentos.exchange import Share, Ticket
from bentos.refusal import AnswerSlowError, BusyError
from herdbook.predictor import Predictor

INLINE_S = 0.005
"""A batch that costs less runs on the event loop: the interpreter lets threads take turns at this interval
(`sys.getswitchinterval`), so a thread would hold the loop up for as long, and cost two wakings besides."""

Run = Callable[[Sequence[Ticket]], Sequence[Share]]
"""Answers tickets of one model; one share a ticket, in order."""

Shares = list[asyncio.Future[Share]]


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
    threads
        Where batches run that cost more; one at a time.
    observe
        Told how many rows each batch has.
    inside
        Says how many rows have been let in and are not answered yet, wherever they are: who sent them is
        about to get an answer, and may ask again.
    """

    def __init__(
        self,
        run: Run,
        limits: Limits,
        *,
        threads: Executor,
        observe: Callable[[int], None],
        inside: Callable[[], int],
    ) -> None:
        self._run, self._limits, self._threads = run, limits, threads
        self._observe, self._inside = observe, inside
        self._waiting = Waiting()
        self._departure = Departure(self._waiting, self._depart, most_s=limits.wait_s)
        self._costs: WeakKeyDictionary[Predictor, Cost] = WeakKeyDictionary()
        self._pace = Pace()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._out: asyncio.Future[tuple[Sequence[Share] | Exception, float]] | None = None
        self._is_closed = False

    def ask(self, ticket: Ticket) -> asyncio.Future[Share]:
        """Give what becomes the share of a ticket; who cancels it takes the ticket back.

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
        share: asyncio.Future[Share] = loop.create_future()
        waiting.add(ticket, share, loop.time())
        if self._out is None:
            if self._departure.is_planned:
                self._departure.joined(loop)
            else:
                self._plan(loop)
        return share

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
        loop, waiting = self._loop, self._waiting
        assert loop is not None
        now_s = loop.time()
        waiting.drop(now_s - self._limits.timeout_s, self._refuse)
        if not waiting.tickets:
            return
        cost = self._cost_of(waiting.tickets[0].predictor)
        n_waited = waiting.n_rows
        tickets, shares = waiting.take(cost.worthwhile_rows(self._limits.batch_rows))
        n_rows = n_waited - waiting.n_rows
        self._pace.note(n_rows, here_rows=max(n_waited, self._inside()), now_s=now_s)
        self._observe(n_rows)
        if cost.is_known and cost.of(n_rows) <= INLINE_S:
            outcome, seconds = self._timed(tickets)
            cost.note(n_rows, seconds)
            _settle(shares, outcome)
            self._go_on(loop)
        else:
            self._send_out(loop, tickets, shares, cost)

    def _cost_of(self, predictor: Predictor) -> Cost:
        cost = self._costs.get(predictor)
        if cost is None:
            cost = self._costs[predictor] = Cost()
        return cost

    def _send_out(
        self, loop: asyncio.AbstractEventLoop, tickets: list[Ticket], shares: Shares, cost: Cost
    ) -> None:
        """Answer a batch on a thread; the next one leaves when it is back."""

        def arrive(out: asyncio.Future[tuple[Sequence[Share] | Exception, float]]) -> None:
            self._out = None
            outcome, seconds = out.result()
            n_rows = sum(len(ticket.decoded.frame) for ticket in tickets)
            cost.note(n_rows, seconds)
            self._pace.here_rows = max(n_rows + self._waiting.n_rows, self._inside())
            _settle(shares, outcome)
            self._go_on(loop)

        self._out = loop.run_in_executor(self._threads, self._timed, tickets)
        self._out.add_done_callback(arrive)

    def _timed(self, tickets: list[Ticket]) -> tuple[Sequence[Share] | Exception, float]:
        # the thread's own time: what it waits for other threads, or for the processor, is no part of the cost
        began_s = time.thread_time()
        outcome = self._attempt(tickets)
        return outcome, time.thread_time() - began_s

    def _attempt(self, tickets: list[Ticket]) -> Sequence[Share] | Exception:
        try:
            return self._run(tickets)
        except Exception as error:  # noqa: BLE001 - the door of the batch: whoever waits for it must be told
            return error

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting.tickets and not self._departure.is_planned:
            self._plan(loop)

    def _refuse(self) -> Exception:
        return AnswerSlowError(self._limits.timeout_s)


def _settle(shares: Shares, outcome: Sequence[Share] | Exception) -> None:
    for place, share in enumerate(shares):
        if share.done():
            continue
        if isinstance(outcome, Exception):
            share.set_exception(outcome)
        else:
            share.set_result(outcome[place])
