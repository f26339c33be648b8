"""A batch that is held back leaves when it is full, or when nobody joins it any more."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np

from bentos.batching.departure import Departure
from bentos.batching.waiting import Waiting
from bentos.exchange import Decoded, Ticket

GAP_S = 0.05


class Stop:
    """Where somebody waits for a departure, and how many had come by each of them."""

    def __init__(self, most_s: float = 60.0) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting = Waiting()
        self.left: list[int] = []
        self.away = 0
        self.departure = Departure(self.waiting, self._leave, away=lambda: self.away, most_s=most_s)

    def _leave(self) -> None:
        self.departure.cancel()
        self.left.append(self.waiting.n_rows)

    def join(self) -> None:
        """Let one row join what waits."""
        model: Any = None
        ticket = Ticket("r", model, Decoded(np.zeros((1, 1)), [None], 1, {}))
        self.waiting.add(ticket, self.loop.create_future(), self.loop.time())
        self.departure.joined(self.loop)


def run(go: Callable[[Stop], Coroutine[Any, Any, None]]) -> Stop:
    """Do something at a stop, on a loop of its own."""

    async def on_loop() -> Stop:
        stop = Stop()
        await go(stop)
        return stop

    return asyncio.run(on_loop())


def test_departure_nobody_joins_leaves_after_the_gap() -> None:
    """Who waits alone waits for one gap."""

    async def go(stop: Stop) -> None:
        stop.join()
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=10)
        assert stop.departure.is_held
        await _until_it_left(stop)

    stop = run(go)

    assert stop.left == [1]
    assert not stop.departure.is_planned


def test_departure_full_batch_leaves_at_once() -> None:
    """Once as many wait as are expected, the time that was given is not used up."""

    async def go(stop: Stop) -> None:
        stop.join()
        stop.departure.hold(stop.loop, gap_s=30.0, full_rows=3)
        stop.join()
        stop.join()
        await asyncio.sleep(0)

    assert run(go).left == [3]


def test_departure_waits_on_while_answers_are_on_their_way_and_others_join() -> None:
    """Each who joins within the gap earns another one, as long as some of the others may still come back."""

    async def go(stop: Stop) -> None:
        stop.away = 1
        stop.join()
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=100)
        for _ in range(3):
            await asyncio.sleep(GAP_S / 2)
            stop.join()
        await _until_it_left(stop)

    assert run(go).left == [4]


def test_departure_waits_for_no_strangers() -> None:
    """Once all have their answers, further ones that happen to come earn no further gap."""

    async def go(stop: Stop) -> None:
        stop.join()
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=10_000)
        while not stop.left:
            await asyncio.sleep(GAP_S / 5)
            stop.join()

    # sooner or later: what joins after the gap is not waited for
    assert len(run(go).left) == 1


def test_departure_is_never_held_for_longer_than_its_most() -> None:
    """However many go on joining, the one who has waited longest leaves in time."""

    async def go() -> list[bool]:
        stop = Stop(most_s=4 * GAP_S)
        stop.away = 1
        stop.join()
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=10_000)
        held = [stop.departure.is_held]
        while not stop.left:
            await asyncio.sleep(GAP_S / 5)
            stop.join()
        # who is left behind has waited for that long already
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=10_000)
        return [*held, stop.departure.is_held]

    assert asyncio.run(go()) == [True, False]


def test_departure_time_in_which_the_loop_was_busy_does_not_count() -> None:
    """What arrives while the loop is busy joins, though the gap is over by then."""

    async def go(stop: Stop) -> None:
        stop.join()
        stop.departure.hold(stop.loop, gap_s=GAP_S, full_rows=10)
        read, write = await _pipe(stop.join)
        write.write(b"x")
        time.sleep(2 * GAP_S)
        await _until_it_left(stop)
        write.close()
        read.close()

    assert run(go).left == [2]


async def _until_it_left(stop: Stop) -> None:
    while not stop.left:
        await asyncio.sleep(GAP_S / 5)


async def _pipe(arrived: Callable[[], None]) -> tuple[Any, Any]:
    """Make a connection whose bytes call somebody when the loop reads them."""

    class Reader(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            """Tell that something came."""
            assert data
            arrived()

    ours, theirs = socket.socketpair()
    loop = asyncio.get_running_loop()
    read, _ = await loop.create_connection(Reader, sock=ours)
    write, _ = await loop.create_connection(asyncio.Protocol, sock=theirs)
    return read, write
