"""One feature that nearly is the target."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from training.control.column import TreeColumn, make_columns, stack
from training.control.finding import Evidence, Finding, percent, skill
from training.diagnose.heldout import Maker, answer_out_of_fold, deal_folds, sample_rows
from training.interval import wilson

NAME, TITLE = "leak", "No single feature gives the target away"
MOST_ROWS = 5_000
FOLDS = 3
LEAST_SKILL = 0.9
"""Of the way from always answering the most frequent class to no mistake, with 95 % confidence."""
LEAST_GAP = 0.1
"""If the others may come as near as this to the suspect, the classes are simply easy to tell apart. Measured
from the lower bound of the suspect to the upper one of the others, as far as the records show."""


def check_leak(evidence: Evidence) -> Finding:
    """Let a small tree learn from each feature alone, and a forest from all others than the suspect.

    Suspects that are codes of the classes, with about as many values as these, are set aside together: a leak
    often stands in a table as a name and as a number.
    """
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    y, names = evidence.y[rows], evidence.dataset.feature_names
    columns = make_columns(evidence.dataset, evidence.frame[rows])
    folds = deal_folds(y, FOLDS, seed=evidence.seed)
    majority = float(np.bincount(y).max() / len(y))
    alone = _measure_alone(columns, names, y, folds)
    suspects = [name for name, one in alone.items() if skill(one["low"], majority) >= LEAST_SKILL]
    codes = [name for name in suspects if _is_code(evidence, names.index(name))]
    apart = codes or suspects[:1]
    rest = [column for column in columns if names[column.place] not in apart]
    facts: dict[str, Any] = {
        "n_rows": len(y),
        "chance_accuracy": majority,
        "alone": dict(list(alone.items())[:10]),
        "suspects": suspects,
        "set_aside": apart,
        "without": _measure(_grow(evidence.seed), stack(rest), y, folds) if apart and rest else None,
    }
    return _judge(facts, alone)


def _measure_alone(
    columns: list[TreeColumn], names: tuple[str, ...], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> dict[str, dict[str, float]]:
    """Measure each feature that has values, the best first."""
    plant = _plant(max(8, 2 * len(np.unique(y))))
    alone = {
        names[place]: _measure(plant, stack([one for one in columns if one.place == place]), y, folds)
        for place in sorted({one.place for one in columns})
    }
    return dict(sorted(alone.items(), key=lambda item: -item[1]["accuracy"]))


def _is_code(evidence: Evidence, place: int) -> bool:
    return len(np.unique(evidence.frame[:, place])) <= 2 * len(evidence.classes)


def _plant(n_leaves: int) -> Maker:
    return lambda: DecisionTreeClassifier(max_leaf_nodes=n_leaves, random_state=0)


def _grow(seed: int) -> Maker:
    return lambda: RandomForestClassifier(30, min_samples_leaf=2, random_state=seed)


def _measure(
    make: Maker, matrix: NDArray[np.float32], y: NDArray[np.int64], folds: NDArray[np.int64]
) -> dict[str, float]:
    found = answer_out_of_fold(make, matrix, y, folds).argmax(axis=1)  # type: ignore[arg-type]
    interval = wilson(int((found == y).sum()), len(y))
    return {"accuracy": interval.value, "low": interval.low, "high": interval.high}


def _judge(facts: dict[str, Any], alone: dict[str, dict[str, float]]) -> Finding:
    apart, without, chance = facts["set_aside"], facts["without"], facts["chance_accuracy"]
    if not apart:
        best, found = next(iter(alone.items()), ("none", {"accuracy": chance}))
        share = percent(found["accuracy"])
        says = f"No feature alone is nearly the target: with the best, {best}, {share} are right."
        return Finding(NAME, TITLE, True, says, facts)
    named = " and ".join(f"{name} ({percent(alone[name]['accuracy'])} right)" for name in apart[:3])
    if without is None:
        says = f"No other feature stands beside {named}: see whether it is known before the target is."
        return Finding(NAME, TITLE, None, says, facts)
    others = percent(without["accuracy"])
    if skill(alone[apart[0]]["low"], chance) - skill(without["high"], chance) < LEAST_GAP:
        says = (
            f"{named} alone is nearly the target, but the others are not shown to fall far behind "
            f"({others}): no leak is shown."
        )
        return Finding(NAME, TITLE, True, says, facts)
    says = (
        f"{named} alone {'is' if len(apart) == 1 else 'are each'} nearly the target, while with all other "
        f"features together {others} are right. Figures cannot tell a leak from a feature that honestly "
        "is so good: if it is written down only when the target is known, drop it, for it will be missing or "
        "meaningless when answers are needed."
    )
    return Finding(NAME, TITLE, False, says, facts)
