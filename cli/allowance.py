"""How long a training can still take, at its present pace, before it has spent its budget."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOK_S = 2.0


class Allowance:
    """Foretell when a budget is spent; what was spent is looked up at most every two seconds.

    Parameters
    ----------
    budget_cpu_s : float
        CPU-seconds that the training may take, over all cores.
    spent_cpu_s : callable
        Gives the CPU-seconds that it has taken.
    """

    def __init__(self, budget_cpu_s: float, spent_cpu_s: Callable[[], float]) -> None:
        self._budget_cpu_s, self._spent_cpu_s = budget_cpu_s, spent_cpu_s
        self._began = time.monotonic()
        self._looked, self._ends = self._began, float("inf")

    def left_s(self) -> float:
        """Give the seconds until the budget is spent; without end until the pace is known."""
        now = time.monotonic()
        if now - self._looked >= LOOK_S:
            self._looked, self._ends = now, now + self._foretell(now - self._began)
        return max(self._ends - now, 0.0)

    def _foretell(self, passed_s: float) -> float:
        spent = self._spent_cpu_s()
        left = max(self._budget_cpu_s - spent, 0.0)
        return left * passed_s / spent if spent else float("inf")
