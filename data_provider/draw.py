"""Random draws from raw PCG64 bits: the same numbers on every machine and with every NumPy version.

NumPy promises a stable stream for its bit generators and their seeding, and none for the distributions of
its Generator, so bits become numbers here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]

LOWEST_SEED = -(2**63)
HIGHEST_SEED = 2**63 - 1


class Draws:
    """A stream of 64-bit draws, a fixed number of them for each record.

    Record i always takes the draws from i times `lanes` on, whatever is done with them, so the first
    records do not depend on how many follow.
    """

    def __init__(self, seed: int, lanes: int) -> None:
        self._bits = np.random.PCG64(seed % 2**64)
        self._lanes = lanes

    def take(self, n_records: int) -> Bits:
        """Draw for the next records; the shape is (n_records, lanes)."""
        raw: Bits = self._bits.random_raw(n_records * self._lanes)
        return raw.reshape(n_records, self._lanes)


def to_fraction(bits: Bits) -> NDArray[np.float64]:
    """Turn bits into numbers from 0 up to, not including, 1, from their 53 highest bits."""
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def to_integer(bits: Bits, n: int) -> NDArray[np.int64]:
    """Turn bits into integers from 0 to n - 1, n at most 2**32, from their 32 highest bits."""
    return (((bits >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def to_coin(bits: Bits) -> NDArray[np.bool_]:
    """Turn bits into fair coins, from their highest bit."""
    return (bits >> np.uint64(63)).astype(np.bool_)


def to_range(bits: Bits, ranges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn n draws into values that are uniform in their own ranges, which have the shape (n, 2)."""
    low, high = ranges[:, 0], ranges[:, 1]
    return np.minimum(low + (high - low) * to_fraction(bits), high)
