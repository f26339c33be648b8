"""95 % intervals for what was measured, each by a named method."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

CONFIDENCE = 0.95
Z = float(norm.ppf(0.5 + CONFIDENCE / 2))


@dataclass(frozen=True)
class Interval:
    """An estimate, the bounds of its 95 % interval, and the method that gave them."""

    value: float
    low: float
    high: float
    method: str

    def to_json(self) -> dict[str, Any]:
        """Give the interval as plain JSON values."""
        return asdict(self)


WILSON = "Wilson score"
WIDENED = "Wilson score interval over rows, widened because folds share training rows"
NOT_WIDENED = "Wilson score interval over rows, not widened though folds share training rows"


def wilson(successes: float, trials: float, *, inflation: float = 1.0, method: str = WILSON) -> Interval:
    """Give the score interval of a proportion (Wilson, JASA 22, 1927).

    It holds near 0 and 1, where the usual normal interval collapses. Both counts may be means over repeats.
    It takes the trials for independent; out-of-fold answers are not quite, and `inflation` is by how much the
    variance of their share is larger (`training.tilt.fold_inflation`): as if the trials were so many fewer.
    The interval of Clopper and Pearson (Biometrika 26, 1934) is wider, never below 95 % and mostly above: of
    29 in 30 it says 82.8 to 99.9 % where Wilson's, right on average, says 83.3 to 99.4 %.
    """
    successes, trials = successes / inflation, trials / inflation
    share, scale = successes / trials, 1 + Z * Z / trials
    centre = (share + Z * Z / (2 * trials)) / scale
    reach = Z / scale * np.sqrt(share * (1 - share) / trials + Z * Z / (4 * trials**2))
    # at shares of 0 and 1 the bound is the share itself, but for rounding
    low, high = min(share, float(centre - reach)), max(share, float(centre + reach))
    return Interval(share, max(0.0, low), min(1.0, high), method)


def corrected_t(
    scores: NDArray[np.float64], *, test_share: float, bounds: tuple[float, float] = (0.0, 1.0)
) -> Interval:
    """Give the corrected resampled t interval of a mean over folds.

    Source: Nadeau and Bengio, Inference for the generalization error, Machine Learning 52, 2003.

    `scores`, shape (n_folds,), may come from several repeats; `test_share` is test rows by training rows. The
    variance is multiplied by 1/n + test_share instead of 1/n, because the folds share training rows. Scores
    that are all the same give an interval of no width: it then says that the folds agree, not that there is
    no uncertainty.
    """
    n = len(scores)
    spread = float(scores.std(ddof=1)) if n > 1 else 0.0
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, max(n - 1, 1)) * np.sqrt(1 / n + test_share)) * spread
    mean = float(scores.mean())
    return Interval(
        mean, max(bounds[0], mean - reach), min(bounds[1], mean + reach), "corrected t over folds"
    )
