"""A logarithmic scale: where a value stands, which marks there are, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10

STEPS = (1, 2, 5)
EVERY = tuple(range(1, 10))
NARROW = 1.7
"""On a scale of fewer powers of ten than these, marks stand between them, too."""

PLAIN = (1e-2, 1e4)
"""Where a scale stays within these, its powers of ten are written out."""

RAISED = "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
SUPERSCRIPTS = str.maketrans("-0123456789", RAISED)


class Scale:
    """A logarithmic scale from one pixel to another; a `whole` one begins and ends at marks."""

    def __init__(self, values: Sequence[float], begin: float, end: float, *, whole: bool) -> None:
        self.low, self.high = log10(min(values)), log10(max(values))
        self._steps: Sequence[int] = STEPS if self.high - self.low < NARROW else (1,)
        if whole:
            self.low, self.high = _round_out(self.low, self.high, self._steps)
        elif self.high - self.low < 1:
            self._steps = EVERY
        if self.high - self.low < 1e-9:
            self.high = self.low + 1
        self.begin, self.end = begin, end

    def at(self, value: float) -> float:
        """Give the pixel of a value."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def marks(self) -> Iterator[tuple[float, str]]:
        """Give each mark's value, and how it is written."""
        is_plain = log10(PLAIN[0]) - 1e-9 <= self.low and self.high <= log10(PLAIN[1]) + 1e-9
        yield from ((mark, _write(mark, is_plain=is_plain)) for mark in self._list_marks())

    def _list_marks(self) -> Iterator[float]:
        for power in range(floor(self.low), ceil(self.high) + 1):
            for step in self._steps:
                if self.low - 1e-9 <= log10(step) + power <= self.high + 1e-9:
                    yield step * 10.0**power


def _write(value: float, *, is_plain: bool) -> str:
    power = round(log10(value))
    if not is_plain and abs(value - 10.0**power) < 1e-9 * value and not -2 <= power <= 2:
        return f"10{str(power).translate(SUPERSCRIPTS)}"
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _round_out(low: float, high: float, steps: Sequence[int]) -> tuple[float, float]:
    """Widen a span of logs to the next marks, and to a power of ten: what hardly grows shall look so."""
    marks = [log10(step) + power for power in range(floor(low) - 1, ceil(high) + 2) for step in steps]
    top = min(mark for mark in marks if mark >= high - 1e-9)
    return max(mark for mark in marks if mark <= min(low, top - 1) + 1e-9), top
