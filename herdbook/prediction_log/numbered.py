"""Finding the last of numbered create-only objects by asking for few of them."""

from __future__ import annotations

from collections.abc import Callable


def last_number(exists: Callable[[int], bool], known: int) -> int:
    """Find the highest number above one that is known: there are no gaps, so leap ahead, then halve."""
    low, leap = known, 1
    while exists(low + leap):
        low, leap = low + leap, leap * 2
    high = low + leap
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if exists(middle) else (low, middle)
    return low
