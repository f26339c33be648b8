"""Products of matrices in portions so small that OpenBLAS starts no threads.

Its threads wait for one another by spinning: where other work wants the cores, a product that takes a tenth
of a millisecond on one of them was seen to take four on two.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = TypeVar("Real", np.float32, np.float64)

MOST_BY_MATRIX = 1 << 18
"""Multiplications up to which a product of two matrices is not shared out (`interface/gemm.c`)."""
MOST_BY_VECTOR = 9_000
"""The same of a matrix and a vector (`interface/gemv.c`)."""


def multiply(left: NDArray[Real], right: NDArray[Real], out: NDArray[Real] | None = None) -> NDArray[Real]:
    """Multiply matrices (n, k) and (k, m) into `out` (n, m).

    Warnings are off: over finite numbers with a finite product, OpenBLAS was seen to raise "invalid value".
    """
    if out is None:
        out = np.empty((len(left), right.shape[1]), dtype=left.dtype)
    most = MOST_BY_VECTOR if 1 in (len(left), right.shape[1]) else MOST_BY_MATRIX
    step = max(1, most // right.size)
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(left), step):
            np.matmul(left[start : start + step], right, out=out[start : start + step])
    return out
