"""Fitting the space that records are clustered in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from herdbook.space import Space, to_log
from training.discover.relation import find_unrelated

SKEWNESS_BOUND = 1.0
"""A feature that is never negative and more skewed than this is taken logarithmically, if that lessens it.

1 is the usual bound for "highly skewed" (Bulmer, Principles of Statistics, 1979)."""


def fit_space(frame: NDArray[np.float64], kinds: Sequence[str], n_values: Sequence[int]) -> Space:
    """Fit a space to a frame (n, n_features), given feature types and each category's number of values.

    Numbers are filled with their (lower) median, made less skewed where the rule above says so, and
    standardised. A boolean keeps its 0 and 1, so that it weighs as much as one standard deviation of a number
    however rare it is: standardised, one that holds for 1 record in 50 would drown all else. One that goes
    with no other feature is given no weight (an infinite scale), and so is such a category. The unit of the
    logarithm is the geometric mean, so nothing depends on the units of measurement.
    """
    fitted = [_fit_feature(frame[:, place], kind) for place, kind in enumerate(kinds)]
    fill, log_unit, centre, scale = np.array(fitted, dtype=np.float64).reshape(-1, 4).T
    space = Space(fill, log_unit, centre, scale, np.asarray(n_values, dtype=np.int64))
    return replace(space, scale=np.where(find_unrelated(frame, kinds, space), np.inf, scale))


def _fit_feature(column: NDArray[np.float64], kind: str) -> tuple[float, float, float, float]:
    """Give fill, logarithm's unit, centre and scale of one feature."""
    known = column[~np.isnan(column)]
    if kind == "category" or not len(known):
        return 0.0, 0.0, 0.0, 1.0
    fill = float(np.sort(known)[(len(known) - 1) // 2])
    if kind == "boolean":
        return fill, 0.0, 0.0, 1.0
    unit = _log_unit(known)
    placed = to_log(known[:, None], np.array([unit]))[:, 0]
    centre, spread = _moments(placed)
    return fill, unit, centre, spread if spread > 0 else 1.0


def _moments(values: NDArray[np.float64]) -> tuple[float, float]:
    """Give mean and standard deviation of values (n,), finite however large the values are."""
    largest = float(np.abs(values).max())
    if largest == 0:
        return 0.0, 0.0
    share = values / largest
    return largest * float(share.mean()), largest * float(share.std())


def _log_unit(known: NDArray[np.float64]) -> float:
    before = skewness(known)
    if known.min() < 0 or before <= SKEWNESS_BOUND:
        return 0.0
    unit = float(np.exp(np.log(known[known > 0]).mean()))
    after = skewness(to_log(known[:, None], np.array([unit]))[:, 0])
    return unit if abs(after) < before else 0.0


def skewness(values: NDArray[np.float64]) -> float:
    """Third standardised moment of values (n,); 0 if they are all the same."""
    _, spread = _moments(values)
    if spread == 0:
        return 0.0
    largest = np.abs(values).max()
    share, spread_share = values / largest, spread / largest
    return float((((share - share.mean()) / spread_share) ** 3).mean())
