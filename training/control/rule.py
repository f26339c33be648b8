"""Labels that are a plain rule of the features, which needs no model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from training.control.column import make_columns, stack
from training.control.finding import Evidence, Finding, percent, skill
from training.control.path import Path, answer_by_paths, trace_paths, write_path
from training.diagnose.heldout import answer_out_of_fold, deal_folds, sample_rows
from training.interval import wilson

NAME, TITLE = "plain_rule", "The labels are more than a plain rule of the features"
MOST_ROWS = 5_000
FOLDS = 5
DEEPEST = 3
"""Questions on the way to an answer: three are read at a glance, and answer for at most eight classes."""
LEAST_SKILL = 0.99
"""Of the labels that the printed rule was made from."""
LEAST_HELD_OUT, LEAST_BOUND = 0.95, 0.9
"""Skill on rows held out, where a bound learned from fewer rows may lie beside the true one, and the least of
the accuracy's interval: with fewer than 35 records, a tree may fit them by accident."""


def check_rule(evidence: Evidence) -> Finding:
    """Fit trees one to three questions deep; print the first that gives the labels of rows it never saw."""
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    frame, (seen, y) = evidence.frame[rows], np.unique(evidence.y[rows], return_inverse=True)
    columns = make_columns(evidence.dataset, frame)
    if len(seen) < 2 or not columns:
        return Finding(NAME, TITLE, None, "All labels are the same, or no feature has a value.", {})
    matrix, majority = stack(columns), float(np.bincount(y).max() / len(y))
    folds = deal_folds(y, FOLDS, seed=evidence.seed)
    best = majority
    for depth in range(1, DEEPEST + 1):
        fitted = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(matrix, y)
        best = float(fitted.score(matrix, y))
        if skill(best, majority) >= LEAST_SKILL and _holds(matrix, y, folds, depth):
            paths = trace_paths(fitted.tree_, columns, frame)
            return _tell(evidence, [Path(int(seen[one.label]), one.spans) for one in paths], depth)
    says = (
        f"The labels are no plain rule: the best tree of up to {DEEPEST} questions gives {percent(best)} of "
        f"them, always answering the most frequent class {percent(majority)}."
    )
    return Finding(NAME, TITLE, True, says, {"depth": None, "share_right": best, "chance_accuracy": majority})


def _holds(matrix: NDArray[np.float32], y: NDArray[np.int64], folds: NDArray[np.int64], depth: int) -> bool:
    found = answer_out_of_fold(
        lambda: DecisionTreeClassifier(max_depth=depth, random_state=0),
        matrix,  # type: ignore[arg-type]  # trees work in single precision
        y,
        folds,
    )
    n_right = int((found.argmax(axis=1) == y).sum())
    majority = float(np.bincount(y).max() / len(y))
    return wilson(n_right, len(y)).low >= LEAST_BOUND and skill(n_right / len(y), majority) >= LEAST_HELD_OUT


def _tell(evidence: Evidence, paths: Sequence[Path], depth: int) -> Finding:
    found = answer_by_paths(paths, evidence.frame)
    share = float((found == evidence.y).mean())
    rules = [write_path(path, evidence.dataset, evidence.frame, evidence.classes) for path in paths]
    amount = "every label" if share == 1 else f"{percent(share)} of the labels"
    says = (
        f"A plain rule gives {amount} ({len(evidence.y):,} records): {'; '.join(rules)}. Perfect scores are "
        "no feat here: ask whether the rule made the labels, and whether the rule itself would not do."
    )
    facts = {"depth": depth, "share_right": share, "chance_accuracy": evidence.majority, "rules": rules}
    return Finding(NAME, TITLE, False, says, facts)
