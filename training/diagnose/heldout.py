"""Answers about rows that were held out: how rows are dealt to folds, thinned out, and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.split import deal

Maker = Callable[[], Any]
"""Makes an unfitted scikit-learn pipeline that takes a frame."""

DEALT, THINNED, FITTED, SHUFFLED = 11, 12, 13, 14
"""Streams of a seed, so that folds, samples, fits and shuffles do not draw the same numbers."""


def spread_rows(y: NDArray[np.int64], *, seed: int) -> NDArray[np.int64]:
    """Order the rows of `y` (n,) at random so that every first part holds each class in its share."""
    generator = np.random.default_rng([seed, THINNED])
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


def deal_folds(label: NDArray[np.int64], n_folds: int, *, seed: int) -> NDArray[np.int64]:
    """Deal rows with labels (n,) to folds, class by class, from a stream that nothing else draws from."""
    return deal(label, folds=n_folds, seed=[seed, DEALT])


def fit_rows(
    make: Maker, frame: NDArray[np.float64], y: NDArray[np.int64], *, seed: Sequence[int] | None = None
) -> Any | None:
    """Fit a new pipeline to a frame (n, n_features), or give None if all rows are of one class.

    With a `seed`, which tells this fit from all others, the fit has luck of its own: otherwise it has that
    of whoever made the pipeline, and many fits would share it.
    """
    if len(np.unique(y)) < 2:
        return None
    pipeline = make()
    if seed is not None:
        state = int(np.random.SeedSequence([*seed, FITTED]).generate_state(1)[0])
        names = [name for name in pipeline.get_params() if name.rpartition("__")[2] == "random_state"]
        pipeline.set_params(**dict.fromkeys(names, state))
    return pipeline.fit(frame, y)


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
    make: Maker,
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    folds: NDArray[np.int64],
    *,
    seed: Sequence[int] = (),
) -> NDArray[np.float64]:
    """Give probabilities (n, k), each row's by a pipeline fitted to the other folds, with its own seed."""
    k = int(y.max()) + 1
    probabilities = np.zeros((len(y), k))
    for fold in np.unique(folds):
        test = folds == fold
        seen = y[~test]
        probabilities[test] = answer(
            fit_rows(make, frame[~test], seen, seed=[*seed, int(fold)]), frame[test], seen, k
        )
    return probabilities
