"""Which records stand for all where looking at every one would take too long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample_strata(stratum: NDArray[np.int64], size: int, *, seed: int, fewest: int = 30) -> NDArray[np.int64]:
    """Draw at most `size` places of an array (n,) without repetition, sorted: from each stratum its share.

    A small stratum gives `fewest` of its places (all, if it has no more), as far as `size` allows for all
    strata; the others give up theirs in proportion.
    """
    if len(stratum) <= size:
        return np.arange(len(stratum))
    generator = np.random.Generator(np.random.PCG64(seed))
    _, code, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    takes = _share_out(counts, size, fewest)
    drawn = [
        generator.choice(np.flatnonzero(code == number), take, replace=False)
        for number, take in enumerate(takes)
    ]
    return np.sort(np.concatenate(drawn))


def _share_out(counts: NDArray[np.int64], size: int, fewest: int) -> NDArray[np.int64]:
    """Say how many of each stratum are drawn: never more than it has, and together at most `size`."""
    floor = np.minimum(counts, min(fewest, size // len(counts)))
    rest = counts - floor
    return floor + rest * (size - int(floor.sum())) // max(int(rest.sum()), 1)
