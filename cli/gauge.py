"""What running processes cost at the moment: CPU between two looks, and memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import psutil


class Usage(NamedTuple):
    """Share of one core, 1.0 for all of it (None at the first look), and resident bytes, of them all."""

    cores: float | None
    memory_bytes: int


class Gauge:
    """Look again and again at processes that belong together, which `tree` lists anew for each look.

    Memory that several of them share is counted for each, as `ps` does.
    """

    def __init__(self, tree: Callable[[], Iterable[psutil.Process]]) -> None:
        self._tree = tree
        self._seen: tuple[float, float] | None = None

    def read(self) -> Usage:
        """Look once."""
        now, cpu_s, memory = time.monotonic(), 0.0, 0
        for process in self._tree():
            try:
                with process.oneshot():
                    cpu_s += _cpu_s(process)
                    memory += process.memory_info().rss
            except psutil.Error:
                continue
        before, self._seen = self._seen, (now, cpu_s)
        if before is None or now <= before[0]:
            return Usage(None, memory)
        # A process that has just ended takes its time with it.
        return Usage(max(cpu_s - before[1], 0.0) / (now - before[0]), memory)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
