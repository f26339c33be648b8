"""Wilson's interval for the mean of any row loss: of log-loss and Brier score as of plain rights and wrongs.

Wilson asks of each possible truth whether the observed mean is within z standard errors of it, where the
standard error is the one that this truth implies. For a share, the truth alone says how far rows scatter. For
other losses a family of truths is needed; here it is the exponential tilting (Efron, Canadian Journal of
Statistics 9, 1981) of what the out-of-fold probabilities foresee: every row with every label it might have
had, weighed by its probability times exp(tilt x loss). Its mean runs over all losses, its spread with it, so
the interval is asymmetric where losses are skewed and has a width where every row was right. With losses of
only 0 and 1 it is exactly Wilson's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from training.interval import Z

MOST_ROWS = 2_000
"""The family is made of so many rows at most, drawn by a fixed seed; mean and spread are always of all."""

STEEPEST = 700.0
"""Beyond this tilt of the whole span of losses the family has one point, in double precision."""

ROUNDING = 1e-12
"""A distance of this share of the span is none, lest rounding stop the search where it begins."""


def fold_inflation(n_folds: int) -> float:
    """Give what to multiply the variance of a mean over rows by, because folds share training rows.

    One plus test rows by training rows, the ratio by which Nadeau and Bengio (Machine Learning 52, 2003)
    correct a mean over folds; 1.25 for five folds. Put on a mean over rows it widens less than theirs does,
    and as much as the scores of one procedure need (benchmarks/evaluation); comparisons of two need all of
    it (`training.paired`). Rows of one fold, all by one model, need none.
    """
    return 1 + 1 / (n_folds - 1) if n_folds > 1 else 1.0


def bound_mean(
    losses: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    inflation: float,
) -> tuple[float, float, float]:
    """Give the mean loss of rows and the bounds of its 95 % interval.

    Parameters
    ----------
    losses
        What each row would cost with each label, (n, k); a mean over repeats if there are any.
    probabilities
        Out-of-fold probabilities, (n, k), likewise.
    y
        Labels, (n,).
    inflation
        Factor on the variance of the mean.
    """
    n = len(y)
    seen = losses[np.arange(n), y]
    mean, spread = float(seen.mean()), float(seen.var())
    family = _Family.of(losses, probabilities)
    if family.span <= 0:
        return mean, mean, mean
    at = family.solve(lambda tilt: family.moments(tilt)[0] - mean, -family.limit, family.limit)
    reach = Z * np.sqrt(inflation / n)
    above, below = family.bound(mean, at, reach), family.bound(mean, at, -reach)
    # where every row was as wrong as can be, nothing lies above the mean and only the other side has a spread
    foreseen = above[1] if above[0] - mean > 10 * ROUNDING * family.span else below[1]
    # as many made-up rows as Wilson adds to a share keep the ratio from hanging on a handful of mistakes
    made_up = Z * Z * foreseen
    ratio = (n * spread + made_up) / (n * family.moments(at)[1] + made_up)
    low, _ = family.bound(mean, at, -reach * np.sqrt(ratio))
    high, _ = family.bound(mean, at, reach * np.sqrt(ratio))
    return mean, min(low, mean), max(high, mean)


@dataclass(frozen=True, eq=False)
class _Family:
    """Losses (m,) and the logs of their weights (m,), to be tilted by exp(tilt x loss)."""

    losses: NDArray[np.float64]
    logs: NDArray[np.float64]
    span: float

    @classmethod
    def of(cls, losses: NDArray[np.float64], probabilities: NDArray[np.float64]) -> _Family:
        """Take every row with every label."""
        n, k = losses.shape
        if n > MOST_ROWS:
            rows = np.random.default_rng(0).choice(n, MOST_ROWS, replace=False)
            losses, probabilities = losses[rows], probabilities[rows]
        # n rows cannot rule out what happens once in n, whatever a model says: one row's weight for all
        weights = (probabilities * n + 1 / k) / (n + 1)
        return cls(losses.ravel(), np.log(weights).ravel(), float(np.ptp(losses)))

    @property
    def limit(self) -> float:
        return STEEPEST / self.span

    def moments(self, tilt: float) -> tuple[float, float]:
        """Give mean and variance of the tilted losses."""
        logs = self.logs + tilt * self.losses
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        mean = float(weights @ self.losses)
        return mean, float(weights @ (self.losses - mean) ** 2)

    def bound(self, mean: float, at: float, reach: float) -> tuple[float, float]:
        """Give the truth from which `mean` is `reach` of its own spreads away, and its variance."""

        def gap(tilt: float) -> float:
            truth, variance = self.moments(tilt)
            return truth - mean - reach * float(np.sqrt(variance)) - rounding

        rounding = float(np.copysign(ROUNDING * self.span, reach))
        ends = (at, self.limit) if reach > 0 else (-self.limit, at)
        return self.moments(self.solve(gap, *ends))

    def solve(self, gap: Callable[[float], float], low: float, high: float) -> float:
        """Find where a gap that grows with the tilt is zero, or the end nearest to it."""
        if gap(low) >= 0:
            return low
        if gap(high) <= 0:
            return high
        return float(brentq(gap, low, high, xtol=1e-6 / self.span))
