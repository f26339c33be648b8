"""Small labelled rows for the engine's tests, and an evaluation of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from herdbook.dataset import Dataset
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from tests.fixtures.models import quick_dataset
from training.evaluate import Evaluation, evaluate
from training.plan import plan_evaluation
from training.progress import QUIET
from training.split import Rows

KINDS = (FRAME_AND_CLUSTERS, FRAME)
PAIR = ("logistic_regression", "k_nearest_neighbors")
SLOW = ("k_nearest_neighbors", "logistic_regression", "rbf_svm", "hist_gradient_boosting", "random_forest")


def flowers(members: tuple[str, ...] = PAIR) -> Dataset:
    """Give the iris dataset with two folds."""
    return quick_dataset("iris", members=members)


def three_groups(n: int = 90, *, spread: float = 0.6, seed: int = 0) -> Rows:
    """Draw rows of three groups, with labels as of a column."""
    generator = np.random.Generator(np.random.PCG64(seed))
    y = np.arange(n) % 3
    frame = 3.0 + 2.0 * y[:, None] + spread * generator.standard_normal((n, 4))
    return Rows(np.clip(frame, 0.1, 9.9), y, ("a", "b", "c"))


def as_clusters(rows: Rows, *, n_outside: int = 9) -> Rows:
    """Take the groups for clusters that were found and named, with some rows in none."""
    label = rows.label.copy()
    label[:n_outside] = -1
    return Rows(rows.accepted, label, rows.classes, label.copy(), {0: 0, 1: 1, 2: 2})


def evaluate_small(dataset: Dataset, rows: Rows, **means: Any) -> dict[str, Evaluation]:
    """Evaluate with the quick search, in this process unless the means say otherwise."""
    plan = plan_evaluation(dataset, rows, effort="quick", seed=0, repeats=means.pop("repeats", None))
    return evaluate(dataset, rows, plan, inputs=KINDS, progress=QUIET, **({"jobs": 1} | means))
