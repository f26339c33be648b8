"""The classic table: logistic regression, random forest and RBF SVM on one 80/20 split, as textbooks show it.

Thirty test rows of iris say little, so each line carries an interval, and repeated cross-validation stands
beside.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from skops.io import dumps

from herdbook.canonical import canonical_skops
from herdbook.dataset import Dataset
from herdbook.package import FRAME
from training.interval import corrected_t, wilson
from training.member import MOST_ROWS as MOST_TRIED
from training.pipeline import build_pipeline
from training.split import Rows

SEED = 42
TEST_SHARE = 0.2
FOLDS = 5
REPEATS = 5
MOST_ROWS = 2_000
"""Beyond this many rows one round of folds says as much as several."""

PROBED_ROWS = 4_000
"""At most so many rows are fitted to foretell what the table takes."""

GROWTH = {"random_forest": 1.0, "rbf_svm": 2.0}
"""How a fit grows with the rows: a forest hardly faster than they do, an SVM with their square."""

SVM_ROWS = MOST_TRIED["rbf_svm"]
"""Beyond this many rows the SVM's line is left out, as the search leaves it out: it would take hours."""


@dataclass(frozen=True)
class Classic:
    """One line of the table; `fit_s` is a timing, so it goes into a report and not into the card."""

    name: str
    facts: dict[str, Any]
    fit_s: float


def make_classic_table(dataset: Dataset, rows: Rows, *, tick: Callable[[], None]) -> list[Classic]:
    """Fit the three with scikit-learn's own settings on a stratified split with random state 42.

    Lengths are standardised by the training rows; there are no cluster columns. Of more than 20,000 rows the
    SVM has no line. `tick` is called after each line.
    """
    lines = []
    for name, classifier in list_lines(rows).items():
        lines.append(_measure(name, build_pipeline(dataset, classifier, inputs=FRAME), rows))
        tick()
    return lines


def list_lines(rows: Rows) -> dict[str, Any]:
    """List the classifiers of the table, by their names."""
    classifiers: dict[str, Any] = {
        "logistic_regression": LogisticRegression(max_iter=1_000, random_state=SEED),
        "random_forest": RandomForestClassifier(random_state=SEED),
    }
    if len(rows.y) <= SVM_ROWS:
        classifiers["rbf_svm"] = SVC(kernel="rbf", random_state=SEED)
    return classifiers


def foretell_classic(dataset: Dataset, rows: Rows) -> float:
    """Foretell the CPU-seconds of the table from a fit of forest and SVM each, which take most of them.

    Of many rows a sample is fitted: to find out that there is no room must not take the room.
    """
    n = len(rows.y)
    probed = np.random.Generator(np.random.PCG64(SEED)).permutation(n)[:PROBED_ROWS]
    frame, y = rows.frame[probed], rows.y[probed]
    fit_s = 0.0
    for name, classifier in list_lines(rows).items():
        if name in GROWTH:
            pipeline = build_pipeline(dataset, classifier, inputs=FRAME)
            begin = time.process_time()
            pipeline.fit(frame, y)
            fit_s += (time.process_time() - begin) * float((n / len(y)) ** GROWTH[name])
    return fit_s * (2 + FOLDS * _repeats(rows))


def _repeats(rows: Rows) -> int:
    return REPEATS if len(rows.y) <= MOST_ROWS else 1


def _measure(name: str, pipeline: Pipeline, rows: Rows) -> Classic:
    train, test = train_test_split(
        np.arange(len(rows.y)), test_size=TEST_SHARE, stratify=rows.y, random_state=SEED
    )
    fitted = clone(pipeline)
    started = time.perf_counter()
    fitted.fit(rows.frame[train], rows.y[train])
    fit_s = time.perf_counter() - started
    is_right = fitted.predict(rows.frame[test]) == rows.y[test]
    facts = {
        "train_accuracy": float((fitted.predict(rows.frame[train]) == rows.y[train]).mean()),
        "test_accuracy": wilson(int(is_right.sum()), len(test)).to_json(),
        "repeated_cross_validation": _cross_validate(pipeline, rows),
        "model_size_bytes": len(canonical_skops(dumps(fitted))),
        "n_train": len(train),
        "n_test": len(test),
    }
    return Classic(name, facts, fit_s)


def _cross_validate(pipeline: Pipeline, rows: Rows) -> dict[str, Any]:
    repeats = _repeats(rows)
    folds = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=SEED)
    scores = cross_val_score(pipeline, rows.frame, rows.y, cv=folds)
    return corrected_t(scores, test_share=1 / (FOLDS - 1)).to_json() | {"folds": FOLDS, "repeats": repeats}
