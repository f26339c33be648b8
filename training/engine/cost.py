"""What a candidate will cost in CPU-seconds, told from a fit on few rows and from its other settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.engine.fold import Fold
from training.engine.task import Task, perform
from training.member import Candidate

PROBE_ROWS = 256
WHOLE_SHARE = 0.02
"""A fit on a whole split is tried, to tell more exactly, if it takes at most this share of what is left."""

GROWTH = {"rbf_svm": 2.0}
"""How a fit grows with the rows: an SVM with their square, the others hardly faster than linearly."""

USUAL_GROWTH = 1.1
ASKED_ROWS = 4_096
"""At most so many rows are predicted to tell what one takes."""

SEARCHING = "k_nearest_neighbors"
WHOLE_SEARCH_WIDTH = 12
"""Neighbours are looked for at predicting: in so many columns among all rows, in fewer by a tree's few."""

LEAST_GROWING = 0.1


@dataclass(frozen=True)
class Probe:
    """What a fit takes apart from its rows, with its rows to the power of `growth`, and predicting a row.

    Predicting was timed by a fit on `n_fitted` rows, and grows with those to the power of `search_growth`.
    """

    base_s: float
    fit_s: float
    predict_s: float
    growth: float
    n_fitted: int = 1
    search_growth: float = 0.0

    def foretell(self, n_train: int, n_test: int) -> float:
        """Foretell the seconds of fitting and predicting so many rows."""
        search = float((max(n_train, 1) / self.n_fitted) ** self.search_growth)
        return self.base_s + self.fit_s * float(n_train**self.growth) + self.predict_s * search * n_test


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
        self._sizes = [(len(part.y), len(part.test)) for part in parts]
        self._share = n_folds / len(folds)
        self._part = max(parts, key=lambda part: len(part.y))
        self._task = task
        self._few: dict[Candidate, Probe] = {}
        self._whole: dict[Candidate, Probe] = {}
        self._known: dict[str, tuple[Candidate, float]] = {}

    def take_share(self, share: float) -> None:
        """Foretell for only this share of the folds."""
        self._share *= share

    def foretell_plainest(self, candidates: Sequence[Candidate], *, left_s: float) -> dict[str, float]:
        """Foretell by member what its plainest setting costs, the first one in a list."""
        plainest = {one.member: one for one in reversed(candidates)}
        return {member: self.foretell(one, left_s=left_s) for member, one in plainest.items()}

    def learn(self, candidate: Candidate, cpu_s: float) -> None:
        """Note what a candidate cost in truth."""
        self._known[candidate.member] = candidate, cpu_s

    def foretell(self, candidate: Candidate, *, left_s: float = 0.0) -> float:
        """Foretell CPU-seconds over all folds and kinds of inputs.

        A fit on few rows is mostly overhead, which makes what it tells too much: so one on a whole split is
        tried too, where it takes little of the `left_s` CPU-seconds that are left. Where none are left
        nothing is fitted: another setting of the member tells it.
        """
        few = self._probe(candidate, may_fit=left_s >= 0.0)
        if candidate.member in self._known:
            other, cpu_s = self._known[candidate.member]
            return cpu_s * self._extrapolate(few) / self._extrapolate(self._probe(other))
        part = self._part
        is_cheap = few.foretell(len(part.y), len(part.test)) <= WHOLE_SHARE * left_s
        if candidate not in self._whole and is_cheap:
            self._whole[candidate] = self._measure(candidate, (len(part.y),))
        return self._extrapolate(self._whole.get(candidate, few))

    def _probe(self, candidate: Candidate, *, may_fit: bool = True) -> Probe:
        alike = [probe for other, probe in self._few.items() if other.member == candidate.member]
        if candidate not in self._few and (may_fit or not alike):
            n_rows = min(PROBE_ROWS, len(self._part.y))
            self._few[candidate] = self._measure(candidate, (n_rows // 4, n_rows))
        return self._few.get(candidate) or alike[0]

    def _measure(self, candidate: Candidate, sizes: Sequence[int]) -> Probe:
        """Fit on so many rows, once or twice: what both fits took alike is not due to the rows.

        At least a tenth of a fit is taken to grow, so that a clock's whim does not make many rows free.
        """
        growth = GROWTH.get(candidate.member, USUAL_GROWTH)
        took = [self._fit(candidate, n_rows) for n_rows in sizes]
        rows = [max(n_rows, 1) ** growth for n_rows in sizes]
        slope = took[-1][0] / rows[-1]
        if len(sizes) > 1 and rows[-1] > rows[0]:
            slope = min(slope, max((took[-1][0] - took[0][0]) / (rows[-1] - rows[0]), LEAST_GROWING * slope))
        base_s = took[-1][0] - slope * rows[-1]
        return Probe(base_s, slope, took[-1][1], growth, max(sizes[-1], 1), self._grow_search(candidate))

    def _grow_search(self, candidate: Candidate) -> float:
        width: int = self._part.train.shape[1]
        return min(1.0, width / WHOLE_SEARCH_WIDTH) if candidate.member == SEARCHING else 0.0

    def _fit(self, candidate: Candidate, n_rows: int) -> tuple[float, float]:
        """Give the seconds of a fit on so many rows and of predicting a row."""
        few = {name: getattr(self._part, name)[:n_rows] for name in ("train", "y")}
        few["test"] = self._part.test[:ASKED_ROWS]
        task = replace(
            self._task, candidate=candidate, part=replace(self._part, **few), kinds=self._task.kinds[:1]
        )
        answer = perform(task)
        return float(answer.fit_s[0]), float(answer.predict_s[0]) / max(len(few["test"]), 1)

    def _extrapolate(self, probe: Probe) -> float:
        cost = sum(probe.foretell(n_train, n_test) for n_train, n_test in self._sizes)
        return self._share * len(self._task.kinds) * cost
