"""Counting at the price of an addition: sums are given to Prometheus a few times a second.

`prometheus_client` takes a lock and writes to a shared file for each step of each metric. A tally keeps the
steps in the process and hands on their sum. Whatever is counted here is counted on the event loop, which is
also where it is handed on.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from prometheus_client import Counter, Gauge, Histogram

HELD_S = 0.25
"""How much later another worker's metrics may show what happened; one's own show it at once."""


class Tally(Protocol):
    """Something that adds up until it is handed on."""

    def hand_on(self) -> None:
        """Give Prometheus what has added up."""
        ...


class Count:
    """Adds to a counter."""

    __slots__ = ("_counter", "n")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.n = 0

    def hand_on(self) -> None:
        """Give Prometheus what has added up."""
        if self.n:
            self._counter.inc(self.n)
            self.n = 0


class Level:
    """Sets a gauge to what it stands at."""

    __slots__ = ("_gauge", "_told", "at")

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._told: float | None = None
        self.at: float = 0

    def hand_on(self) -> None:
        """Tell Prometheus where it stands."""
        if self.at != self._told:
            self._gauge.set(self.at)
            self._told = self.at


class Spread:
    """Adds observations to a histogram."""

    __slots__ = ("_bounds", "_counts", "_histogram", "_sum")

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        # prometheus_client has no call for many at once; a test compares this with `observe`
        self._bounds: list[float] = list(histogram._upper_bounds)  # noqa: SLF001
        self._counts = [0] * len(self._bounds)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Observe one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def observe_many(self, values: NDArray[np.float64]) -> None:
        """Observe many values in one step."""
        places = np.searchsorted(self._bounds, values, side="left")
        for place, count in enumerate(np.bincount(places, minlength=len(self._bounds)).tolist()):
            self._counts[place] += count
        self._sum += float(values.sum())

    def hand_on(self) -> None:
        """Give Prometheus what has added up."""
        if not any(self._counts):
            return
        for bucket, count in zip(self._histogram._buckets, self._counts, strict=True):  # noqa: SLF001
            if count:
                bucket.inc(count)
        self._histogram._sum.inc(self._sum)  # noqa: SLF001
        self._counts = [0] * len(self._bounds)
        self._sum = 0.0


class Tallies:
    """All tallies of a worker, handed on together."""

    def __init__(self) -> None:
        self._all: list[Tally] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, *tallies: Tally) -> None:
        """Hand these on too."""
        self._all += tallies

    def stir(self) -> None:
        """Something has been counted: it is handed on soon."""
        if self._timer is None:
            self._plan()

    def hand_on(self) -> None:
        """Give Prometheus what all of them have added up."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for tally in self._all:
            tally.hand_on()

    def _plan(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(HELD_S, self.hand_on)
