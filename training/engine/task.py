"""The smallest piece of work: one candidate fitted on one split, for each kind of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from training.engine.fold import Part
from training.engine.seed import fit_seed
from training.member import CALIBRATION_FOLDS, Candidate


@dataclass(frozen=True, eq=False)
class Task:
    """A candidate, a split, and what both need; from `seed`, the training's, each fit derives its own."""

    candidate: Candidate
    part: Part
    kinds: Sequence[str]
    n_classes: int
    seed: int


@dataclass(frozen=True, eq=False)
class Answer:
    """Probabilities (n_kinds, n_test, k), and the processor seconds of fitting and predicting, by kind."""

    probabilities: NDArray[np.float64]
    fit_s: NDArray[np.float64]
    predict_s: NDArray[np.float64]


def perform(task: Task) -> Answer:
    """Fit and predict for each kind of inputs; kinds share the seed, so that they differ by nothing else."""
    found, fit_s, predict_s = [], [], []
    seed = fit_seed(task.seed, *task.part.place, candidate=task.candidate)
    for kind in task.kinds:
        train, test = task.part.inputs(kind)
        begin = thread_time()
        model = fit_member(task.candidate, train, task.part.y, n_classes=task.n_classes, seed=seed)
        middle = thread_time()
        found.append(model.ask(test))
        fit_s.append(middle - begin)
        predict_s.append(thread_time() - middle)
    return Answer(np.stack(found), np.array(fit_s), np.array(predict_s))


@dataclass(frozen=True, eq=False)
class Member:
    """A fitted classifier that answers for all k classes, also for those that it never saw."""

    fitted: object | None
    seen: NDArray[np.int64]
    n_classes: int

    def ask(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give probabilities (n, k): an unseen class has 0, and who saw no class at all says 1/k."""
        if not len(self.seen):
            return np.full((len(inputs), self.n_classes), 1 / self.n_classes)
        probabilities = np.zeros((len(inputs), self.n_classes))
        if self.fitted is None:
            probabilities[:, self.seen[0]] = 1.0
        elif len(inputs):
            probabilities[:, self.seen] = self.fitted.predict_proba(inputs)  # type: ignore[attr-defined]
        return probabilities


def fit_member(
    candidate: Candidate, inputs: NDArray[np.float64], y: NDArray[np.int64], *, n_classes: int, seed: int
) -> Member:
    """Fit a candidate to inputs (n, width) of as few rows and classes `y` (n,) as a small fold may have.

    An SVM leaves out classes of fewer rows than its calibration has folds.
    """
    seen, counts = np.unique(y, return_counts=True)
    if candidate.member == "rbf_svm" and len(seen) > 1 and counts.min() < CALIBRATION_FOLDS:
        seen = seen[counts >= CALIBRATION_FOLDS]
        kept = np.isin(y, seen)
        inputs, y = inputs[kept], y[kept]
    if len(seen) < 2:
        return Member(None, seen, n_classes)
    fitted = candidate.build(seed=seed, n_rows=len(y)).fit(inputs, y)
    return Member(fitted, seen, n_classes)
