"""A clock that notes what each stage of a training took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, process_time


class Clock:
    """Wall-clock and processor seconds by stage; they go into a report, never into a card."""

    def __init__(self) -> None:
        self.stages: dict[str, dict[str, float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, cpu = perf_counter(), process_time()
        yield
        self.stages[name] = {
            "wall_s": round(perf_counter() - wall, 3),
            "cpu_s": round(process_time() - cpu, 3),
        }
