"""Permutation importance: what the answers lose when a feature's values are shuffled among rows held out.

Source: Breiman, Random forests, Machine Learning 45, 2001. Features that say the same share their importance,
for each stands in for the other; such a group is shuffled together too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from herdbook.calibration import LEAST_PROBABILITY
from herdbook.dataset import Dataset
from training.diagnose.association import group_features, measure_associations
from training.diagnose.heldout import SHUFFLED, Maker, answer, deal_folds, fit_rows, sample_rows
from training.interval import Interval
from training.paired import compare_paired

FOLDS = 5
SHUFFLES = 5
MOST_ROWS = 5_000
MOST_ANSWERS = 1_000_000
"""Rows to answer over all features and shuffles; beyond it fewer rows of each fold are shuffled."""
FEWEST_TESTED = 20
MEASURE = "rise of the log-loss (nats) of rows held out when the feature's values are shuffled among them"


def permutation_importance(
    dataset: Dataset, frame: NDArray[np.float64], y: NDArray[np.int64], *, make: Maker, seed: int
) -> dict[str, Any]:
    """Measure what each feature, and each group of features that say the same, is worth out of fold.

    The intervals are those of the paired comparison of the answers with and without shuffled values.

    Returns
    -------
    dict[str, Any]
        `says`, `measure`, `n_rows`, `features` with `name`, `value`, `low`, `high` and the names that each
        `shares_with`, and `groups` with the `features` of each; the most important first.
    """
    if len(np.unique(y)) < 2 or len(y) < 2 * FOLDS:
        return {"says": "There are too few records or classes to judge.", "measure": MEASURE, "features": []}
    rows = sample_rows(y, at_most=MOST_ROWS, seed=seed)
    frame, y = frame[rows], y[rows]
    number = group_features(measure_associations(dataset, frame))
    groups = [places for one in np.unique(number) if len(places := np.flatnonzero(number == one)) > 1]
    parts = [np.array([place]) for place in range(frame.shape[1])] + groups
    with threadpool_limits(1):  # for so few rows, threads cost more than they bring
        found = _measure(frame, y, make, parts, seed=seed)
    names = dataset.feature_names
    told: list[dict[str, Any]] = [
        {
            "name": names[place],
            **_bounds(found[place]),
            "shares_with": [names[twin] for twin in np.flatnonzero(number == number[place]) if twin != place],
        }
        for place in range(len(names))
    ]
    together: list[dict[str, Any]] = [
        {"features": [names[place] for place in part], **_bounds(interval)}
        for part, interval in zip(groups, found[len(names) :], strict=True)
    ]
    features, together = _sort(told), _sort(together)
    says = _say(features, together)
    return {"says": says, "measure": MEASURE, "n_rows": len(y), "features": features, "groups": together}


def count_answers(n_rows: int, n_features: int) -> int:
    """Count the rows that are answered about so many features of so many rows, but for groups of them."""
    return min(MOST_ANSWERS, SHUFFLES * n_features * min(n_rows, MOST_ROWS))


def _measure(
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    make: Maker,
    parts: Sequence[NDArray[np.int64]],
    *,
    seed: int,
) -> list[Interval]:
    """Give the rise of the loss for each part, some features that are shuffled together."""
    k, folds = int(y.max()) + 1, deal_folds(y, FOLDS, seed=seed)
    most = max(FEWEST_TESTED, MOST_ANSWERS // (FOLDS * SHUFFLES * len(parts)))
    asked = []
    for fold in range(FOLDS):
        seen, test = folds != fold, np.flatnonzero(folds == fold)
        fitted = fit_rows(make, frame[seen], y[seen], seed=[seed, fold])
        asked.append((fitted, y[seen], test[sample_rows(y[test], at_most=most, seed=seed)]))
    tested = np.concatenate([test for _, _, test in asked])
    base = np.concatenate([answer(fitted, frame[test], seen, k) for fitted, seen, test in asked])
    generator = np.random.default_rng([seed, SHUFFLED])
    found = []
    for part in parts:
        shuffled = np.concatenate(
            [
                answer(fitted, _shuffle(frame[test], part, generator), seen, k).reshape(SHUFFLES, -1, k)
                for fitted, seen, test in asked
            ],
            axis=1,
        )
        # their geometric mean has the mean of their losses; they are no repeats, for the fits are the same
        mean = np.exp(np.log(np.clip(shuffled, LEAST_PROBABILITY, 1.0)).mean(axis=0))
        found.append(compare_paired(mean, base, y[tested], folds[tested]).difference)
    return found


def _shuffle(
    frame: NDArray[np.float64], part: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Give a frame (n, n_features) five times, shape (5 n, n_features), some columns from other rows."""
    shuffled = np.tile(frame, (SHUFFLES, 1))
    orders = np.concatenate([generator.permutation(len(frame)) for _ in range(SHUFFLES)])
    shuffled[:, part] = frame[orders][:, part]
    return shuffled


def _sort(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: -float(line["value"]))


def _bounds(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _say(features: Sequence[dict[str, Any]], groups: Sequence[dict[str, Any]]) -> str:
    shown = [line for line in features if line["low"] > 0]
    says = "No feature alone is shown to matter."
    if shown:
        told = ", ".join(f"{line['name']} ({line['value']:.3f})" for line in shown[:3])
        rest = len(features) - len(shown)
        says = f"The answers rest most on {told}; {rest} of {len(features)} features are not shown to matter."
    if groups:
        told = "; ".join(
            f"{' and '.join(line['features'][:5])} ({line['value']:.3f} together)" for line in groups[:2]
        )
        says += f" Features that say nearly the same share their importance: {told}."
    return says
