"""What a batch costs, learnt from the batches that were run."""

from __future__ import annotations

KEPT = 0.95
"""Share of the past that stays when a batch is noted: what is older than some 50 batches hardly counts."""

SURPRISE = 4.0
"""A batch counts for at most so many times what was expected: the machine may have done something else."""

WORTH = 16.0
"""Past so many times the fixed part, more rows save less than a seventeenth of the time."""


class Cost:
    """CPU-seconds of a batch of n rows, as a fixed part and a part a row: a weighted least-squares line."""

    def __init__(self) -> None:
        self._weight = self._rows = self._seconds = self._squares = self._products = 0.0
        self.fixed_s = 0.0
        self.row_s = 0.0

    @property
    def is_known(self) -> bool:
        """Whether any batch was noted."""
        return self._weight > 0

    def of(self, n_rows: int) -> float:
        """Estimate a batch, in seconds."""
        return self.fixed_s + self.row_s * n_rows

    def note(self, n_rows: int, seconds: float) -> None:
        """Learn from a batch."""
        if self._weight:
            seconds = min(seconds, SURPRISE * self.of(n_rows) + 1e-6)
        self._weight = KEPT * self._weight + 1.0
        self._rows = KEPT * self._rows + n_rows
        self._seconds = KEPT * self._seconds + seconds
        self._squares = KEPT * self._squares + n_rows * n_rows
        self._products = KEPT * self._products + n_rows * seconds
        self._fit()

    def worthwhile_rows(self, most: int) -> int:
        """Say how many rows a batch should have at most; more would hold up the first without saving much."""
        if self.row_s <= 0.0 or not self.is_known:
            return most
        return min(most, max(1, int(WORTH * self.fixed_s / self.row_s)))

    def _fit(self) -> None:
        weight, rows, seconds = self._weight, self._rows, self._seconds
        spread = weight * self._squares - rows * rows
        if spread <= 1e-9 * weight * self._squares:
            # batches of one size tell nothing of others: half of it may be fixed
            self.fixed_s, self.row_s = seconds / weight / 2, seconds / rows / 2
            return
        slope = (weight * self._products - rows * seconds) / spread
        self.row_s = min(max(slope, 0.0), seconds / rows)
        self.fixed_s = max(0.0, (seconds - self.row_s * rows) / weight)
