"""Whether one of two procedures is better, from out-of-fold answers to the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from training.interval import CONFIDENCE, Interval
from training.score import as_repeats, row_losses

BETTER_A, BETTER_B, NOT_SHOWN = "a is better", "b is better", "no difference shown"

METHOD = "paired t, corrected because folds share training rows (Nadeau and Bengio)"


@dataclass(frozen=True)
class Paired:
    """The difference of two log-losses, a minus b in nats, and what it shows."""

    difference: Interval
    p_value: float
    verdict: str

    def to_json(self, a_name: str, b_name: str) -> dict[str, Any]:
        """Give the comparison as plain JSON values, with a sentence that names both."""
        return {
            "a": a_name,
            "b": b_name,
            "difference": self.difference.to_json(),
            "p_value": self.p_value,
            "verdict": self.verdict,
            "says": self._say(a_name, b_name),
        }

    def _say(self, a_name: str, b_name: str) -> str:
        better, worse = (a_name, b_name) if self.difference.value < 0 else (b_name, a_name)
        by = f"log-loss {abs(self.difference.value):.4f} nats lower, p = {self.p_value:.3g}"
        if self.verdict == NOT_SHOWN:
            return f"no difference shown between {a_name} and {b_name}: {better} has a {by}"
        return f"{better} is better than {worse}: {by}"


def compare_paired(
    a: NDArray[np.float64], b: NDArray[np.float64], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> Paired:
    """Compare two procedures by out-of-fold probabilities (R, n, k) of the truth `y` (n,), on the same folds.

    Student's t on the rows' differences of log-loss, a row's repeats averaged first, with the error of
    `_estimate_error`: the null hypothesis is that the procedures are worth the same on tables like this one,
    so the luck of the training rows is part of the noise. A difference is claimed where the 95 % interval
    leaves out zero. benchmarks/evaluation measures how often it is claimed wrongly, and how large a
    difference it takes.
    """
    losses = np.atleast_2d(row_losses(as_repeats(a), y) - row_losses(as_repeats(b), y))
    n, mean, error = len(y), float(losses.mean()), _estimate_error(losses, np.atleast_2d(folds))
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * error
    p_value = float(2 * t.sf(abs(mean) / error, n - 1))
    verdict = NOT_SHOWN if p_value >= 1 - CONFIDENCE else BETTER_A if mean < 0 else BETTER_B
    return Paired(Interval(mean, mean - reach, mean + reach, METHOD), p_value, verdict)


def _estimate_error(losses: NDArray[np.float64], folds: NDArray[np.int64]) -> float:
    """Give the standard error of the mean of differences (R, n), tested in `folds` (R, n).

    That of Nadeau and Bengio (Machine Learning 52, 2003): the variance of a fold's mean times one by the
    number of folds in all repeats, plus test rows by training rows. Few folds tell little of that variance,
    and rows nothing of the luck that the rows of a fold share, so it is the larger of what the folds show and
    what the rows foresee. Where two procedures answer almost alike the scatter vanishes before the luck of
    training does: one fitted parameter that tells nothing moves a log-loss by chi-squared / 2 n (Wilks,
    Annals of Mathematical Statistics 9, 1938), whose variance 1 / 2 n^2 is added.
    """
    n = losses.shape[1]
    by_rows = float(losses.mean(axis=0).var(ddof=1)) / n
    numbers = np.unique(folds)
    if len(numbers) == 1:
        return float(np.sqrt(by_rows + 1 / (2 * n**2)))
    means = [_average(*one, numbers) for one in zip(losses, folds, strict=True)]
    by_folds = float(np.mean([mean.var(ddof=1) for mean in means]))
    n_folds = len(numbers)
    share = 1 / (n_folds * len(losses)) + 1 / (n_folds - 1)
    return float(np.sqrt(share * max(by_folds, n_folds * by_rows) + 1 / (2 * n**2)))


def _average(
    losses: NDArray[np.float64], folds: NDArray[np.int64], numbers: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Average the rows of each fold that has any."""
    return np.array([losses[folds == one].mean() for one in numbers if (folds == one).any()])
