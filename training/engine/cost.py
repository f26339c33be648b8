"""What a candidate will cost in CPU-seconds, told from a fit on few rows and from its other settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.engine.fold import Fold, Part
from training.engine.task import Task, perform
from training.member import Candidate

PROBE_ROWS = 256
WHOLE_SHARE = 0.05
"""A fit on a whole split is tried, to tell more exactly, if it takes at most this share of what is left."""

GROWTH = {"rbf_svm": 2.0}
"""How a fit grows with the rows: an SVM with their square, the others hardly faster than linearly."""

USUAL_GROWTH = 1.1


@dataclass(frozen=True)
class Probe:
    """Seconds that a fit on so many rows took, and predicting so many."""

    fit_s: float
    predict_s: float
    n_train: int
    n_test: int


class Forecast:
    """Foretells what each candidate will cost over all folds.

    Parameters
    ----------
    folds : sequence of Fold
        Prepared folds; the largest split is probed.
    n_folds : int
        Number of outer folds over all repeats; those that are not prepared yet are like the others.
    task : Task
        What a probe is made of; its candidate and split are replaced.
    """

    def __init__(self, folds: Sequence[Fold], n_folds: int, task: Task) -> None:
        parts = [part for fold in folds for part in fold.parts]
        share = n_folds / len(folds)
        self._sizes = [(len(part.y), len(part.test), share) for part in parts]
        self._part = max(parts, key=lambda part: len(part.y))
        self._task = task
        self._probes: dict[Candidate, Probe] = {}
        self._known: dict[str, tuple[Candidate, float]] = {}

    def learn(self, candidate: Candidate, cpu_s: float) -> None:
        """Note what a candidate cost in truth."""
        self._known[candidate.member] = candidate, cpu_s

    def foretell(self, candidate: Candidate, *, left_s: float = np.inf) -> float:
        """Foretell CPU-seconds over all folds and kinds of inputs.

        Twice at most: if what a few rows tell does not fit into `left_s`, one whole fit may tell better,
        since small fits are mostly overhead.
        """
        probe = self._probe(candidate)
        if candidate.member in self._known:
            other, cpu_s = self._known[candidate.member]
            return cpu_s * self._extrapolate(other, probe) / self._extrapolate(other, self._probe(other))
        cost = self._extrapolate(candidate, probe)
        whole = self._grow(candidate, probe, len(self._part.y), len(self._part.test))
        if left_s < cost and whole * len(self._task.kinds) <= WHOLE_SHARE * left_s:
            self._probes[candidate] = self._measure(candidate, self._part)
            cost = self._extrapolate(candidate, self._probes[candidate])
        return cost

    def _probe(self, candidate: Candidate) -> Probe:
        if candidate not in self._probes:
            few = {name: getattr(self._part, name)[:PROBE_ROWS] for name in ("train", "y", "test")}
            self._probes[candidate] = self._measure(candidate, replace(self._part, **few))
        return self._probes[candidate]

    def _measure(self, candidate: Candidate, part: Part) -> Probe:
        answer = perform(replace(self._task, candidate=candidate, part=part, kinds=self._task.kinds[:1]))
        return Probe(float(answer.fit_s[0]), float(answer.predict_s[0]), len(part.y), len(part.test))

    def _extrapolate(self, candidate: Candidate, probe: Probe) -> float:
        costs = (share * self._grow(candidate, probe, train, test) for train, test, share in self._sizes)
        return len(self._task.kinds) * sum(costs)

    def _grow(self, candidate: Candidate, probe: Probe, n_train: int, n_test: int) -> float:
        growth = GROWTH.get(candidate.member, USUAL_GROWTH)
        longer = max(n_train, 1) / max(probe.n_train, 1)
        return probe.fit_s * float(longer**growth) + probe.predict_s * max(n_test, 1) / max(probe.n_test, 1)
