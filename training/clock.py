"""A clock that notes what each stage of a training took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time


@dataclass
class Stage:
    """One stage while it runs; `elsewhere_s` are processor seconds of other processes that worked for it."""

    elsewhere_s: float = 0.0


class Clock:
    """Wall-clock and processor seconds by stage; they go into a report, never into a card.

    Parameters
    ----------
    spent_s : float
        Processor seconds that went before.
    """

    def __init__(self, spent_s: float = 0.0) -> None:
        self.stages: dict[str, dict[str, float]] = {}
        self._begin = process_time() - spent_s
        self._elsewhere_s = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time what is done inside."""
        wall, cpu, stage = perf_counter(), process_time(), Stage()
        yield stage
        self._elsewhere_s += stage.elsewhere_s
        self.stages[name] = {
            "wall_s": round(perf_counter() - wall, 3),
            "cpu_s": round(process_time() - cpu + stage.elsewhere_s, 3),
        }

    @property
    def spent_s(self) -> float:
        """Processor seconds so far, with those of other processes in the stages that ended."""
        return process_time() - self._begin + self._elsewhere_s
