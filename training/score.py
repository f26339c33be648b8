"""Scores of probabilities against the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from training.interval import Interval, corrected_t, wilson

LEAST_PROBABILITY = 1e-6
"""A smaller probability counts as this in the log-loss: a forest's zero says "not seen", not "impossible"."""

BINS = 10


def row_losses(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Negative logs, in nats and of shape (n,), of the probabilities (n, k) of the truth `y` (n,)."""
    truth = np.take_along_axis(probabilities, y[:, None], axis=1)[:, 0]
    losses: NDArray[np.float64] = -np.log(np.clip(truth, LEAST_PROBABILITY, 1.0))
    return losses


def log_loss(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Mean of the rows' losses, in nats."""
    return float(row_losses(probabilities, y).mean())


def score_folds(
    probabilities: NDArray[np.float64], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> dict[str, Interval]:
    """Score out-of-fold probabilities (n, k); `folds` (n,) says in which fold each row was tested.

    Accuracy is that of all rows with Wilson's interval; macro-F1 and log-loss are means over the folds.
    """
    label = probabilities.argmax(axis=1)
    parts = [folds == fold for fold in np.unique(folds)]
    f1 = np.array([f1_score(y[part], label[part], average="macro", zero_division=0.0) for part in parts])
    losses = np.array([log_loss(probabilities[part], y[part]) for part in parts])
    share = 1 / (len(parts) - 1)
    worst = float(-np.log(LEAST_PROBABILITY))
    return {
        "accuracy": wilson(int((label == y).sum()), len(y)),
        "macro_f1": corrected_t(f1, test_share=share),
        "log_loss": corrected_t(losses, test_share=share, bounds=(0.0, worst)),
    }


def measure_calibration(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> dict[str, object]:
    """Compare confidence with how often it was right, over out-of-fold probabilities (n, k).

    Brier score over all classes (Brier, 1950); expected calibration error over ten bins of equal width
    (Naeini, Cooper, Hauskrecht, 2015).
    """
    truth = np.eye(probabilities.shape[1])[y]
    confidence, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    bins = []
    for number in np.unique(place):
        part = place == number
        bins.append(
            {
                "from": float(number / BINS),
                "n": int(part.sum()),
                "confidence": float(confidence[part].mean()),
                "accuracy": float(is_right[part].mean()),
            }
        )
    gaps = [abs(one["confidence"] - one["accuracy"]) * one["n"] for one in bins]
    return {
        "method": "none",
        "brier": float(((probabilities - truth) ** 2).sum(axis=1).mean()),
        "expected_calibration_error": float(sum(gaps) / len(y)),
        "bins": bins,
    }
