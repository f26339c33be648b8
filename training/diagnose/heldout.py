"""Answers about rows that were held out: how rows are dealt to folds, thinned out, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Maker = Callable[[], Any]
"""Makes an unfitted scikit-learn pipeline that takes a frame."""


def spread_rows(y: NDArray[np.int64], *, seed: int) -> NDArray[np.int64]:
    """Order the rows of `y` (n,) at random so that every first part holds each class in its share."""
    generator = np.random.default_rng(seed)
    order = np.lexsort((generator.random(len(y)), y))
    counts = np.bincount(y)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    within = np.arange(len(y)) - np.repeat(starts, counts)
    keys = (within + np.repeat(generator.random(len(counts)), counts)) / np.repeat(counts, counts)
    return order[np.argsort(keys, kind="stable")].astype(np.int64)


def sample_rows(y: NDArray[np.int64], *, at_most: int, seed: int) -> NDArray[np.int64]:
    """Choose at most so many rows of `y` (n,), in order, with each class in its share."""
    if len(y) <= at_most:
        return np.arange(len(y))
    return np.sort(spread_rows(y, seed=seed)[:at_most])


def deal_folds(y: NDArray[np.int64], n_folds: int, *, seed: int) -> NDArray[np.int64]:
    """Deal the rows of `y` (n,) to folds, class by class, whatever a class's number of rows."""
    order = np.lexsort((np.random.default_rng(seed).random(len(y)), y))
    folds = np.empty(len(y), dtype=np.int64)
    folds[order] = np.arange(len(y)) % n_folds
    return folds


def fit_rows(make: Maker, frame: NDArray[np.float64], y: NDArray[np.int64]) -> Any | None:
    """Fit a new pipeline to a frame (n, n_features), or give None if all rows are of one class."""
    return make().fit(frame, y) if len(np.unique(y)) > 1 else None


def answer(
    fitted: Any | None, frame: NDArray[np.float64], seen: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    """Give probabilities (n, k) of a frame's rows: 0 for a class that was not among the `seen` labels."""
    probabilities = np.zeros((len(frame), k))
    if fitted is None:
        probabilities[:, seen[0]] = 1.0
    else:
        probabilities[:, fitted.classes_] = fitted.predict_proba(frame)
    return probabilities


def answer_out_of_fold(
    make: Maker, frame: NDArray[np.float64], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give probabilities (n, k), each row's by a pipeline fitted to the other folds."""
    k = int(y.max()) + 1
    probabilities = np.zeros((len(y), k))
    for fold in np.unique(folds):
        test = folds == fold
        seen = y[~test]
        probabilities[test] = answer(fit_rows(make, frame[~test], seen), frame[test], seen, k)
    return probabilities
