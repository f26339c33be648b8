"""Numbers that were rounded, spread again over what they may have been."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from herdbook.space import LARGEST

NUMBERS = ("integer", "number")


def dither(
    frame: NDArray[np.float64], kinds: Sequence[str], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Spread each number of a frame (n, n_features) evenly within half the gap to its neighbouring values.

    A rounded value stands for all that is rounded to it. The records that share it lie on one point, and the
    empty gap to the next value looks like one between clusters, though rounding alone made it. Booleans and
    categories are left as they are.
    """
    spread = frame.copy()
    for place, kind in enumerate(kinds):
        if kind in NUMBERS:
            share = generator.uniform(-1, 1, len(frame))
            spread[:, place] = _add(frame[:, place], share * half_gaps(frame[:, place]))
    return spread


def half_gaps(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each value (n,) half the gap to the nearer one of its two neighbours, missing ones too.

    No gap counts as wider than the median one, so that what lies far from all else stays there, and a value
    that one record alone has stays where it is: it was not rounded onto another.
    """
    values, code, counts = np.unique(column, return_inverse=True, return_counts=True, equal_nan=True)
    known = values[~np.isnan(values)]
    half = np.zeros(len(values))
    if len(known) < 2 or counts.max() == 1:
        return half[code]
    gaps = _add(known[1:], -known[:-1])
    padded = np.concatenate([[np.inf], gaps, [np.inf]])
    half[: len(known)] = np.minimum(np.minimum(padded[:-1], padded[1:]), np.median(gaps)) / 2
    half[counts == 1] = 0.0
    return half[code]


def _add(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add values (n,) so that the sum stays finite however large they are."""
    with np.errstate(over="ignore"):
        return np.clip(one + other, -LARGEST, LARGEST)
