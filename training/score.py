"""Scores of out-of-fold probabilities against the truth, each with its interval.

Probabilities are (R, n, k): R repeats of the folds, n rows, k classes; (n, k) is taken for one repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.interval import NOT_WIDENED, WIDENED, Interval, wilson
from training.tilt import bound_mean, fold_inflation

LEAST_PROBABILITY = 1e-6
"""A smaller probability counts as this in the log-loss: a forest's zero says "not seen", not "impossible"."""

BINS = 10

TILTED = "Wilson-type score interval over rows (tilted losses), widened because folds share training rows"
ESTIMATOR = "mean distance of confidence and share of right answers over ten bins of equal width"

CLAIMED_RECALL = 0.8
"""A class so rare that even a perfect recall could not be told from this one is too rare to claim about."""


def as_repeats(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """View probabilities (R, n, k) or (n, k) as (R, n, k)."""
    return probabilities if probabilities.ndim == 3 else probabilities[None]


def row_losses(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Negative logs, in nats and of shape (..., n), of probabilities (..., n, k) of the truth `y` (n,)."""
    truth = probabilities[..., np.arange(len(y)), y]
    losses: NDArray[np.float64] = -np.log(np.clip(truth, LEAST_PROBABILITY, 1.0))
    return losses


def log_loss(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Mean of the rows' losses, in nats."""
    return float(row_losses(probabilities, y).mean())


def score_folds(
    probabilities: NDArray[np.float64], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> dict[str, Interval]:
    """Score out-of-fold probabilities (R, n, k) of the truth `y` (n,), all rows together.

    `folds` (R, n) says in which fold each row was tested. A row's repeats are averaged before anything else,
    so repeats narrow an interval only by what they take from a row's own scatter: rows stay n. Each interval
    is for the expected score, on new records, of models like those that were cross-validated (the k-fold
    test error of Bayle, Bayle, Janson and Mackey, NeurIPS 2020); benchmarks/evaluation measures how often it
    holds. Macro-F1 is that of all rows, not a mean over folds (Forman and Scholz, SIGKDD Explorations 12,
    2010), its interval that of its linear part.
    """
    found = as_repeats(probabilities)
    inflation = fold_inflation(len(np.unique(np.atleast_2d(folds)[0])))
    foreseen = found.mean(axis=0)

    def bound(losses: NDArray[np.float64]) -> tuple[float, float, float]:
        return bound_mean(losses, foreseen, y, inflation=inflation)

    wrong, slope = bound(_each_label_wrong(found)), bound(_each_label_f1(found, y))
    value = float(np.mean([macro_f1(one.argmax(axis=1), y, found.shape[2]) for one in found]))

    return {
        "accuracy": Interval(1 - wrong[0], 1 - wrong[2], 1 - wrong[1], WIDENED),
        "macro_f1": Interval(value, max(0.0, value - slope[2]), min(1.0, value - slope[1]), TILTED),
        "log_loss": Interval(*bound(_each_label_log_loss(found)), TILTED),
        "brier": Interval(*bound(_each_label_brier(found)), TILTED),
    }


def _each_label_wrong(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each row's answer would be wrong with each label, (n, k), over repeats."""
    every = np.arange(found.shape[2])
    wrong: NDArray[np.float64] = (found.argmax(axis=2)[:, :, None] != every).mean(axis=0)
    return wrong


def _each_label_log_loss(found: NDArray[np.float64]) -> NDArray[np.float64]:
    losses: NDArray[np.float64] = -np.log(np.clip(found, LEAST_PROBABILITY, 1.0)).mean(axis=0)
    return losses


def _each_label_brier(found: NDArray[np.float64]) -> NDArray[np.float64]:
    losses: NDArray[np.float64] = ((found**2).sum(axis=2, keepdims=True) + 1 - 2 * found).mean(axis=0)
    return losses


def _each_label_f1(found: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """By how much each row with each label would lower macro-F1, (n, k), times n: its influence, negated."""
    n, k = found.shape[1:]
    lowered = np.zeros((n, k))
    for label in found.argmax(axis=2):
        count, f1 = _count(label, y, k)
        pull, gain = f1 / np.maximum(count, 1), 2 / np.maximum(count, 1)
        lowered += pull[label][:, None] + pull
        lowered[np.arange(n), label] -= gain[label]
    lowered *= n / (len(found) * len(np.unique(y)))
    return lowered


def macro_f1(label: NDArray[np.int64], y: NDArray[np.int64], n_classes: int) -> float:
    """Mean over the classes that occur of 2 TP / (2 TP + FP + FN), from the counts of all rows."""
    count, f1 = _count(label, y, n_classes)
    return float(f1[count > 0].mean())


def _count(
    label: NDArray[np.int64], y: NDArray[np.int64], n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count, by class, how often it was told and true together, and give its F1."""
    count = np.bincount(label, minlength=n_classes) + np.bincount(y, minlength=n_classes)
    hits = np.bincount(y[label == y], minlength=n_classes)
    return count, 2 * hits / np.maximum(count, 1)


@dataclass(frozen=True)
class _Widening:
    """By how much the variance of a share of answers is widened, and what the method is called."""

    inflation: float
    method: str

    @classmethod
    def of(cls, folds: NDArray[np.int64] | None) -> _Widening:
        """Take the folds (R, n); without them nothing is widened, and the method says so."""
        if folds is None:
            return cls(1.0, NOT_WIDENED)
        return cls(fold_inflation(len(np.unique(np.atleast_2d(folds)[0]))), WIDENED)

    def bound(self, successes: float, trials: float) -> Interval:
        """Give the share with its interval."""
        return wilson(successes, trials, inflation=self.inflation, method=self.method)


def score_classes(
    probabilities: NDArray[np.float64],
    y: NDArray[np.int64],
    classes: Sequence[str],
    *,
    folds: NDArray[np.int64] | None = None,
) -> list[dict[str, Any]]:
    """Score each class: precision and recall with Wilson's intervals, counts being means over repeats.

    `folds` (R, n) widen the intervals as those of `score_folds`; that they hold is not measured by itself.
    Whether a class is too rare hangs on the number of its records alone.
    """
    label, widening = as_repeats(probabilities).argmax(axis=2), _Widening.of(folds)
    return [_score_class(label == place, y == place, name, widening) for place, name in enumerate(classes)]


def _score_class(
    told: NDArray[np.bool_], true: NDArray[np.bool_], name: str, widening: _Widening
) -> dict[str, Any]:
    n, hits = int(true.sum()), float((told & true).sum(axis=1).mean())
    n_told = float(told.sum(axis=1).mean())
    is_too_rare = n == 0 or wilson(n, n).low < CLAIMED_RECALL
    says = f"{n} rows of {name!r}" + (
        f" are too few: even if all were found, a recall of {CLAIMED_RECALL:.0%} could not be ruled out"
        if is_too_rare
        else ""
    )
    return {
        "name": name,
        "n": n,
        "precision": widening.bound(hits, n_told).to_json() if n_told else None,
        "recall": widening.bound(hits, n).to_json() if n else None,
        "is_too_rare": is_too_rare,
        "says": says,
    }


def measure_calibration(
    probabilities: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    folds: NDArray[np.int64] | None = None,
) -> dict[str, Any]:
    """Compare confidence with how often it was right, over out-of-fold probabilities (R, n, k).

    Brier score over all classes (Brier, 1950); expected calibration error over ten bins of equal width
    (Naeini, Cooper, Hauskrecht, AAAI 2015). The latter is above zero by chance alone, the more the fewer rows
    there are (Roelofs and others, AISTATS 2022), so what chance gives to a calibrated model stands beside.
    `folds` (R, n) widen the bins' intervals as those of `score_folds`.
    """
    found, widening = as_repeats(probabilities), _Widening.of(folds)
    truth = np.eye(found.shape[2])[y]
    confidence, is_right = found.max(axis=2), found.argmax(axis=2) == y
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    parts = {int(number): place == number for number in np.unique(place)}
    bins = [
        _bin(number, confidence[part], (is_right[part], len(found)), widening)
        for number, part in parts.items()
    ]
    gaps = [abs(one["confidence"] - one["accuracy"]) for one in bins]
    shares = [float(part.mean()) for part in parts.values()]
    chance = [
        _gap_by_chance(one["confidence"], share * len(y)) for one, share in zip(bins, shares, strict=True)
    ]
    return {
        "brier": float(((found - truth) ** 2).sum(axis=2).mean()),
        "expected_calibration_error": float(np.dot(gaps, shares)),
        "expected_by_chance": float(np.dot(chance, shares)),
        "estimator": ESTIMATOR,
        "interval": widening.method,
        "bins": bins,
    }


def _gap_by_chance(confidence: float, n: float) -> float:
    """Mean distance of a share of `n` from its truth: of a normal, the root of 2/pi times its deviation."""
    return float(np.sqrt(2 / np.pi * confidence * (1 - confidence) / n))


def _bin(
    number: int,
    confidence: NDArray[np.float64],
    right: tuple[NDArray[np.bool_], int],
    widening: _Widening,
) -> dict[str, Any]:
    is_right, n_repeats = right
    n = len(confidence) / n_repeats
    found = widening.bound(float(is_right.sum()) / n_repeats, n)
    return {
        "from": number / BINS,
        "to": (number + 1) / BINS,
        "n": max(1, round(n)),
        "confidence": float(confidence.mean()),
        "accuracy": found.value,
        "low": found.low,
        "high": found.high,
    }
