"""Whether one of two procedures is better, from out-of-fold answers to the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from training.interval import CONFIDENCE, Interval
from training.score import as_repeats, row_losses
from training.tilt import fold_inflation

BETTER_A, BETTER_B, NOT_SHOWN = "a is better", "b is better", "no difference shown"

METHOD = "paired t over rows, widened because folds share training rows"


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

    Student's t on the rows' differences of log-loss, a row's repeats averaged first, with the variance
    widened by Nadeau and Bengio's term (`fold_inflation`): the null hypothesis is that the procedures are
    worth the same on tables like this one, so the luck of the training rows is part of the noise. Where two
    procedures answer almost alike the rows' scatter vanishes before that luck does: one fitted parameter
    that tells nothing moves a log-loss by chi-squared / 2 n (Wilks, Annals of Mathematical Statistics 9,
    1938), whose variance 1 / 2 n^2 is added. A difference is claimed where the 95 % interval leaves out zero.
    benchmarks/evaluation measures how often it is claimed wrongly, and how large a difference it takes.
    """
    rows = (row_losses(as_repeats(a), y) - row_losses(as_repeats(b), y)).mean(axis=0)
    n, mean = len(rows), float(rows.mean())
    inflation = fold_inflation(len(np.unique(np.atleast_2d(folds)[0])))
    error = float(np.sqrt(inflation * rows.var(ddof=1) / n + 1 / (2 * n**2)))
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * error
    p_value = float(2 * t.sf(abs(mean) / error, n - 1))
    verdict = NOT_SHOWN if p_value >= 1 - CONFIDENCE else BETTER_A if mean < 0 else BETTER_B
    return Paired(Interval(mean, mean - reach, mean + reach, METHOD), p_value, verdict)
