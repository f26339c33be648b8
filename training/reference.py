"""What the training data looked like, and the rows on which a package proves itself."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment
from herdbook.dataset import Dataset
from herdbook.feature import Feature

QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
GOLDEN_SHUFFLED = 12


def describe_frame(dataset: Dataset, frame: NDArray[np.float64]) -> dict[str, Any]:
    """Describe each feature of a frame (n, n_features): missing share, and quantiles or shares of values."""
    return {
        feature.name: _describe(feature, frame[:, place]) for place, feature in enumerate(dataset.features)
    }


def _describe(feature: Feature, column: NDArray[np.float64]) -> dict[str, Any]:
    known = column[~np.isnan(column)]
    found: dict[str, Any] = {"missing_share": float(1 - len(known) / len(column))}
    if not len(known):
        return found
    if feature.type == "boolean":
        return found | {"true_share": float(known.mean())}
    if feature.type == "category":
        counts = np.bincount(known.astype(np.int64), minlength=len(feature.values)) / len(known)
        return found | {"shares": dict(zip(feature.values, counts.tolist(), strict=True))}
    levels = np.quantile(known, QUANTILES).tolist()
    return found | {
        "mean": float(known.mean()),
        "deviation": float(known.std()),
        "quantiles": {str(level): value for level, value in zip(QUANTILES, levels, strict=True)},
    }


def describe_answers(
    classes: tuple[str, ...],
    probabilities: NDArray[np.float64],
    assignment: Assignment,
    *,
    weights: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """Describe out-of-fold answers (n, k) and the clusters of all accepted rows: shares and quantiles.

    `weights` (n,) say how many rows each answer stands for; None counts them alike.
    """
    label = np.bincount(probabilities.argmax(axis=1), weights, minlength=len(classes))
    label = label / (len(probabilities) if weights is None else weights.sum())
    method: Literal["linear", "inverted_cdf"] = "linear" if weights is None else "inverted_cdf"
    confidence = np.quantile(probabilities.max(axis=1), QUANTILES, method=method, weights=weights).tolist()
    numbers, counts = np.unique(assignment.cluster, return_counts=True)
    return {
        "label_shares": dict(zip(classes, label.tolist(), strict=True)),
        "confidence_quantiles": {str(q): value for q, value in zip(QUANTILES, confidence, strict=True)},
        "cluster_shares": {
            str(number): count / len(assignment.cluster)
            for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
        },
        "outlier_share": float(assignment.outlier.mean()),
    }


def golden_frame(
    frame: NDArray[np.float64], y: NDArray[np.int64], *, unlabelled: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Make rows to prove a package on that are no record of anybody.

    One of the middle value of each feature in each class, and twelve whose features are taken from places far
    apart in the sorted columns of all rows.
    """
    middles = [_middle(frame[y == place]) for place in np.unique(y)]
    every = np.sort(np.vstack([frame, unlabelled]), axis=0)
    steps = np.arange(GOLDEN_SHUFFLED)[:, None] * (2 * np.arange(frame.shape[1]) + 1)[None, :]
    places = (steps % GOLDEN_SHUFFLED) * (len(every) - 1) // (GOLDEN_SHUFFLED - 1)
    return np.vstack([*middles, np.take_along_axis(every, places, axis=0)])


def _middle(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the lower median of each column, a value that occurs; NaN sorts last."""
    middle: NDArray[np.float64] = np.sort(frame, axis=0)[(len(frame) - 1) // 2]
    return middle
