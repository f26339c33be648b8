"""A power law through a learning curve, where one fits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import chi2

FEWEST_SIZES = 4
EXPONENTS = np.linspace(0.1, 2.0, 77)
LEVEL = 0.05


@dataclass(frozen=True)
class Law:
    """`floor + scale * n ** -exponent`, in nats, with n training rows."""

    floor: float
    scale: float
    exponent: float

    def at(self, n_rows: float) -> float:
        """Give the log-loss that the law expects."""
        return float(self.floor + self.scale * n_rows**-self.exponent)

    def to_json(self) -> dict[str, Any]:
        """Give the law as plain JSON values."""
        return asdict(self)


def fit_law(sizes: NDArray[np.int64], losses: NDArray[np.float64]) -> Law | None:
    """Fit the law to losses (n_sizes, n_folds), or give None where it does not fit.

    Least squares weighted by each size's standard error, floor and scale not below 0. It fits if a
    chi-squared test of the residuals does not refuse it at 5 %, and the best exponent lies between the
    bounds of 0.1 and 2, at which the curve is no law of this kind.
    """
    if len(sizes) < FEWEST_SIZES or losses.shape[1] < 2:
        return None
    means, errors = losses.mean(axis=1), _measure_errors(losses)
    fits = []
    for exponent in EXPONENTS:
        design = np.column_stack([np.ones(len(sizes)), (sizes / sizes[0]) ** -exponent])
        (floor, scale), residual = nnls(design / errors[:, None], means / errors)
        fits.append((residual**2, float(floor), float(scale * sizes[0] ** exponent), float(exponent)))
    misfit, floor, scale, exponent = min(fits)
    is_inside = EXPONENTS[0] < exponent < EXPONENTS[-1]
    if not is_inside or scale <= 0 or misfit > chi2.ppf(1 - LEVEL, len(sizes) - 3):
        return None
    return Law(floor, scale, exponent)


def _measure_errors(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each size's standard error, without what a fold's rows add to the losses of all sizes alike."""
    n_sizes, n_folds = losses.shape
    own = losses - losses.mean(axis=0)
    spread = own.std(axis=1, ddof=1) * np.sqrt(n_sizes / (n_sizes - 1))
    # a size at which all folds agree is not known without error
    return np.asarray(np.maximum(spread, max(0.1 * spread.max(), 1e-6)) / np.sqrt(n_folds))
