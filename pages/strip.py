"""A small drawing in a table's cell: where a range and its middle lie on the whole scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

WIDE = 100
"""A scale whose largest value is this many times its typical one is drawn logarithmically."""


@dataclass(frozen=True)
class Strip:
    """Places on a scale from 0 to 100: the range, the box in it and the tick of the middle."""

    low: float
    high: float
    first: float
    third: float
    middle: float
    colour: str
    says: str


@dataclass(frozen=True)
class Scale:
    """A scale that all strips of one feature share."""

    low: float
    high: float
    is_log: bool

    def place(self, value: float) -> float:
        """Give the place of a value, from 0 to 100."""
        low, high, at = (self._bend(one) for one in (self.low, self.high, value))
        return 50.0 if high == low else round(100 * min(1.0, max(0.0, (at - low) / (high - low))), 1)

    def _bend(self, value: float) -> float:
        return log1p(max(value, 0.0) / self.unit) if self.is_log else value

    @property
    def unit(self) -> float:
        """Below this, a logarithmic scale is nearly straight."""
        return self.high / 1000


def find_scale(low: float, high: float, medians: Sequence[float]) -> Scale:
    """Choose a scale that shows medians of different size beside each other."""
    smallest = min((median for median in medians if median > 0), default=0.0)
    return Scale(low, high, is_log=low >= 0 and smallest > 0 and high / smallest > WIDE)
