"""One feature that nearly is the target."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from training.control.column import make_columns, stack
from training.control.finding import Evidence, Finding, percent, skill
from training.diagnose.heldout import Maker, answer_out_of_fold, deal_folds, sample_rows
from training.interval import wilson

NAME, TITLE = "leak", "No single feature gives the target away"
MOST_ROWS = 5_000
FOLDS = 3
LEAST_SKILL = 0.95
"""Of the way from always answering the most frequent class to no mistake, with 95 % confidence."""
LEAST_GAP = 0.05
"""If the other features come as near as this to the suspect, the classes are simply easy to tell apart."""
MOST_SUSPECTS = 2
"""A leak is a column, or a column and its code; when more features each tell the classes, those are easy."""


def check_leak(evidence: Evidence) -> Finding:
    """Let a shallow tree learn from each feature alone, and a forest from all others than the suspects."""
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    y = evidence.y[rows]
    columns = make_columns(evidence.dataset, evidence.frame[rows])
    folds = deal_folds(y, FOLDS, seed=evidence.seed)
    majority = float(np.bincount(y).max() / len(y))
    n_leaves = max(8, 2 * len(evidence.classes))
    alone: dict[str, dict[str, float]] = {}
    for place, feature in enumerate(evidence.dataset.features):
        own = [column for column in columns if column.place == place]
        if own:
            alone[feature.name] = _measure(_plant(n_leaves), stack(own), y, folds)
    alone = dict(sorted(alone.items(), key=lambda item: -item[1]["accuracy"]))
    suspects = [name for name, one in alone.items() if skill(one["low"], majority) >= LEAST_SKILL]
    facts = {
        "n_rows": len(y),
        "chance_accuracy": majority,
        "alone": dict(list(alone.items())[:10]),
        "suspects": suspects,
    }
    names = evidence.dataset.feature_names
    rest = [column for column in columns if names[column.place] not in suspects]
    if suspects and rest:
        facts["without"] = _measure(_grow(evidence.seed), stack(rest), y, folds)
    return _judge(facts, len(names))


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


def _judge(facts: dict[str, Any], n_features: int) -> Finding:
    suspects, alone = facts["suspects"], facts["alone"]
    if not suspects:
        best, found = next(iter(alone.items()), ("no feature", {"accuracy": facts["chance_accuracy"]}))
        share = percent(found["accuracy"])
        says = f"No feature alone is nearly the target: with the best, {best}, {share} are right."
        return Finding(NAME, TITLE, True, says, facts)
    named = " and ".join(
        f"{name} ({percent(alone[name]['accuracy'])} right)" for name in suspects[:MOST_SUSPECTS]
    )
    if n_features == 1:
        says = f"The only feature, {named}, gives the target: see whether it is known before the target is."
        return Finding(NAME, TITLE, None, says, facts)
    without = facts.get("without", {"accuracy": 1.0})["accuracy"]
    best = max(alone[name]["accuracy"] for name in suspects[:MOST_SUSPECTS])
    is_easy = skill(best, facts["chance_accuracy"]) - skill(without, facts["chance_accuracy"]) < LEAST_GAP
    if len(suspects) > MOST_SUSPECTS or is_easy:
        says = f"{named} alone is nearly the target, but so are others: the classes are easy to tell apart."
        return Finding(NAME, TITLE, True, says, facts)
    says = (
        f"{named} alone nearly {'is' if len(suspects) == 1 else 'are each'} the target, while with all other "
        f"features together {percent(without)} are right. If it is written down only when the target is "
        "known, drop it: it will be missing or meaningless when answers are needed."
    )
    return Finding(NAME, TITLE, False, says, facts)
