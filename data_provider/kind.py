"""The kinds of animals: what each measures, and what stands for noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Range(NamedTuple):
    """A range that values are drawn from uniformly."""

    low: float
    high: float


class Kind(NamedTuple):
    """One kind of animal; every kind has a tail, heights are in m, weights in kg."""

    name: str
    n_legs: int
    height_m: Range
    weight_kg: Range
    has_wings: bool


KINDS = (
    Kind("kangaroo", 2, Range(1.6, 2.0), Range(40.0, 90.0), has_wings=False),
    Kind("elephant", 4, Range(2.47, 3.36), Range(2600.0, 6900.0), has_wings=False),
    Kind("chicken", 2, Range(0.15, 0.50), Range(0.037, 4.2), has_wings=True),
    Kind("dog", 4, Range(0.13, 0.81), Range(0.5, 79.0), has_wings=False),
)

NEWCOMER = Kind("ostrich", 2, Range(1.7, 2.8), Range(63.0, 145.0), has_wings=True)
"""The kind that only the scenario `new_kind` knows."""

NOISE = Kind("noise", 0, Range(0.0, 10.0), Range(0.0, 1000.0), has_wings=False)
"""Ranges of a noise record; its legs (1 to 5), wings and tail are drawn, not taken from here."""

NOISE_LEGS = (1, 5)

EVERY_KIND = (*KINDS, NEWCOMER, NOISE)
NEWCOMER_INDEX = len(KINDS)
NOISE_INDEX = len(KINDS) + 1

NAMES: NDArray[np.str_] = np.array([kind.name for kind in EVERY_KIND])
LEGS: NDArray[np.int64] = np.array([kind.n_legs for kind in EVERY_KIND], dtype=np.int64)
HEIGHTS_M: NDArray[np.float64] = np.array([kind.height_m for kind in EVERY_KIND], dtype=np.float64)
WEIGHTS_KG: NDArray[np.float64] = np.array([kind.weight_kg for kind in EVERY_KIND], dtype=np.float64)
WINGS: NDArray[np.bool_] = np.array([kind.has_wings for kind in EVERY_KIND], dtype=np.bool_)
