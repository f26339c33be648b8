"""Permutation importance: what the answers lose when a feature's values are shuffled among rows held out.

Source: Breiman, Random forests, Machine Learning 45, 2001. Features that say the same share their importance,
for each stands in for the other; such a group is shuffled together too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from training.diagnose.association import group_features, measure_associations
from training.diagnose.heldout import Maker, answer, deal_folds, fit_rows, sample_rows
from training.interval import corrected_t
from training.score import LEAST_PROBABILITY, row_losses

FOLDS = 5
SHUFFLES = 5
MOST_ROWS = 5_000
MOST_ANSWERS = 1_000_000
"""Rows to answer over all folds, features and shuffles; beyond it fewer rows of each fold are shuffled."""
FEWEST_TESTED = 20
MEASURE = "rise of the log-loss (nats) of rows held out when the feature's values are shuffled among them"
WORST = float(-np.log(LEAST_PROBABILITY))


def permutation_importance(
    dataset: Dataset, frame: NDArray[np.float64], y: NDArray[np.int64], *, make: Maker, seed: int
) -> dict[str, Any]:
    """Measure what each feature, and each group of features that say the same, is worth out of fold.

    The intervals are the corrected resampled t intervals of the mean over folds (Nadeau and Bengio, 2003).
    """
    if len(np.unique(y)) < 2 or len(y) < 2 * FOLDS:
        return {"says": "There are too few records or classes to judge.", "measure": MEASURE, "features": []}
    rows = sample_rows(y, at_most=MOST_ROWS, seed=seed)
    frame, y = frame[rows], y[rows]
    group = group_features(measure_associations(dataset, frame))
    shared = [np.flatnonzero(group == number) for number in np.unique(group)]
    shared = [places for places in shared if len(places) > 1]
    parts = [np.array([place]) for place in range(frame.shape[1])] + shared
    rises = _measure(frame, y, make, parts, seed=seed)
    names = dataset.feature_names
    lines = [
        _describe([names[place] for place in part], rise) for part, rise in zip(parts, rises, strict=True)
    ]
    features = lines[: len(names)]
    for place, line in enumerate(features):
        twins = np.flatnonzero((group == group[place]) & (np.arange(len(names)) != place))
        line["shares_with"] = [names[twin] for twin in twins]
        line["name"] = line.pop("features")[0]
    features = sorted(features, key=lambda line: -line["value"])
    groups = sorted(lines[len(names) :], key=lambda line: -line["value"])
    return {
        "says": _say(features, groups),
        "measure": MEASURE,
        "n_rows": len(y),
        "features": features,
        "groups": groups,
    }


def _measure(
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    make: Maker,
    parts: Sequence[NDArray[np.int64]],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Give the mean rise of the loss for each part and fold, shape (n_parts, FOLDS)."""
    k, folds = int(y.max()) + 1, deal_folds(y, FOLDS, seed=seed)
    most = max(FEWEST_TESTED, MOST_ANSWERS // (FOLDS * SHUFFLES * len(parts)))
    found = np.zeros((len(parts), FOLDS))
    generator = np.random.default_rng(seed)
    for fold in range(FOLDS):
        seen = y[folds != fold]
        fitted = fit_rows(make, frame[folds != fold], seen)
        test = np.flatnonzero(folds == fold)
        test = test[sample_rows(y[test], at_most=most, seed=seed)]
        base = row_losses(answer(fitted, frame[test], seen, k), y[test]).mean()
        for place, part in enumerate(parts):
            tried = np.tile(frame[test], (SHUFFLES, 1))
            orders = [generator.permutation(len(test)) for _ in range(SHUFFLES)]
            tried[:, part] = np.concatenate([frame[test[order]][:, part] for order in orders])
            answered = answer(fitted, tried, seen, k)
            found[place, fold] = row_losses(answered, np.tile(y[test], SHUFFLES)).mean() - base
    return found


def _describe(names: list[str], rises: NDArray[np.float64]) -> dict[str, Any]:
    found = corrected_t(rises, test_share=1 / (FOLDS - 1), bounds=(-WORST, WORST))
    return {"features": names, "value": found.value, "low": found.low, "high": found.high}


def _say(features: Sequence[dict[str, Any]], groups: Sequence[dict[str, Any]]) -> str:
    shown = [line for line in features if line["low"] > 0]
    if shown:
        told = ", ".join(f"{line['name']} ({line['value']:.3f})" for line in shown[:3])
        says = f"The answers rest most on {told}; {len(features) - len(shown)} of {len(features)} features show no worth."
    else:
        says = "No feature alone is shown to matter."
    if groups:
        told = "; ".join(
            f"{' and '.join(line['features'][:5])} ({line['value']:.3f} together)" for line in groups[:2]
        )
        says += f" Features that say nearly the same share their importance: {told}."
    return says
