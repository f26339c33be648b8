"""What a search may take in CPU-seconds, and what it has taken, summed over all processes."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """How much a training may take.

    Attributes
    ----------
    cpu_s
        CPU-seconds of the whole training.
    spent_s
        What the training took before the search began.
    reserve_s
        What must be left for what follows the search.
    """

    cpu_s: float
    spent_s: float = 0.0
    reserve_s: float = 0.0

    @property
    def limit_s(self) -> float:
        """What may be spent when the search ends."""
        return self.cpu_s - self.reserve_s


class Meter:
    """Counts the processor time of this process, and what workers tell of theirs."""

    def __init__(self, spent_s: float = 0.0) -> None:
        self._begin = time.process_time() - spent_s
        self._elsewhere = 0.0

    def add(self, cpu_s: float) -> None:
        """Count what was spent in another process, or in an earlier run of the same training."""
        self._elsewhere += cpu_s

    @property
    def spent_s(self) -> float:
        """All that was spent so far."""
        return time.process_time() - self._begin + self._elsewhere
