"""How fast rows come, and how many come together."""

from __future__ import annotations

KEPT = 0.9
"""Share of the past that stays when a batch leaves."""


class Pace:
    """What the batches that left tell of those who ask.

    Attributes
    ----------
    here_rows
        Rows that were inside when the last batch left.
    """

    def __init__(self) -> None:
        self.here_rows = 0
        self._rows = self._seconds = 0.0
        self._last_s: float | None = None

    def rows_per_s(self, now_s: float) -> float:
        """Give the rows a second of late; what rests now counts as rest."""
        if self._last_s is None or self._rows == 0.0:
            return 0.0
        return self._rows / (self._seconds + max(now_s - self._last_s, 1e-9))

    def note(self, n_left: int, *, here_rows: int, now_s: float) -> None:
        """Learn from a batch that leaves."""
        self.here_rows = here_rows
        if self._last_s is not None:
            self._rows = KEPT * self._rows + n_left
            self._seconds = KEPT * self._seconds + now_s - self._last_s
        self._last_s = now_s
