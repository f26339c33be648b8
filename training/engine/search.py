"""The anytime search: candidates in rounds, each one over all splits or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.engine.checkpoint import Checkpoints, Run, blank_run
from training.engine.cost import Forecast
from training.engine.fold import Fold, Part
from training.engine.pool import Pool
from training.engine.task import Answer, Task, perform
from training.member import Candidate
from training.progress import Progress

SLACK = 1.02
"""A running candidate is given up once it is sure to go so much over the limit."""

SURE_SHARE = 0.25
"""How much of a candidate must be done before what it took tells what it will take."""


@dataclass(frozen=True)
class Dropped:
    """A candidate that was left out, and why."""

    candidate: Candidate
    why: str


@dataclass(frozen=True, eq=False)
class Job:
    """What is searched: prepared folds, kinds of inputs, and the shape (n_kinds, R, n, k) of answers.

    `n_fitted` is how many rows the last fit will have where the folds hold only a sample of them, else 0.
    """

    folds: Sequence[Fold]
    kinds: Sequence[str]
    shape: tuple[int, int, int, int]
    seed: int
    n_fitted: int = 0

    @property
    def last_share(self) -> float:
        """What a last fit to more rows than the folds hold takes, by what a candidate took over all folds."""
        rows = len(self.kinds) * sum(len(part.y) for fold in self.folds for part in fold.parts)
        return self.n_fitted / max(rows, 1)


@dataclass(eq=False)
class Found:
    """Finished candidates by place in the plan, those left out, and how many were taken from checkpoints."""

    runs: dict[int, Run] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    resumed: int = 0


class Search:
    """Searches candidates on prepared folds.

    Parameters
    ----------
    job : Job
        What is searched.
    pool : Pool
        Where fits run.
    forecast : Forecast or None
        Foretells costs where there is a limit.
    limit_s : float
        CPU-seconds on the pool's meter that may be spent when the search ends.
    checkpoints, progress
        Take each finished candidate, and count fits.
    """

    def __init__(
        self,
        job: Job,
        pool: Pool,
        *,
        forecast: Forecast,
        limit_s: float,
        checkpoints: Checkpoints,
        progress: Progress,
    ) -> None:
        self._job, self._pool, self._forecast = job, pool, forecast
        self._limit_s, self._checkpoints, self._progress = limit_s, checkpoints, progress
        self._last_s: dict[str, float] = {}
        self._n_fits = len(job.kinds) * sum(len(fold.parts) for fold in job.folds)

    def run(self, candidates: Sequence[Candidate]) -> Found:
        """Finish as many candidates as the limit allows; the cheapest of all is finished in any case."""
        found = Found()
        for place, candidate in enumerate(candidates):
            self._keep(place, candidate, self._resume(candidate), found)
        found.resumed = len(found.runs)
        for place in self._order(candidates):
            if place not in found.runs:
                self._keep(place, candidates[place], self._try(candidates[place], found), found)
        return found

    @property
    def _open_s(self) -> float:
        """What may be spent when the search ends, less what last fits of the finished members will take."""
        return self._limit_s - sum(self._last_s.values())

    @property
    def _left_s(self) -> float:
        return self._open_s - self._pool.meter.spent_s

    def _keep(self, place: int, candidate: Candidate, run: Run | None, found: Found) -> None:
        if run is not None:
            found.runs[place] = run
            self._forecast.learn(candidate, float(run.cpu_s))
            last_s = float(run.cpu_s) * self._job.last_share
            self._last_s[candidate.member] = max(last_s, self._last_s.get(candidate.member, 0.0))

    def _order(self, candidates: Sequence[Candidate]) -> list[int]:
        """Order places in rounds; under a limit each round begins with the cheapest member."""
        if not np.isfinite(self._limit_s):
            return order_rounds(candidates, {})
        left_s = self._left_s
        return order_rounds(candidates, self._forecast.foretell_plainest(candidates, left_s=left_s))

    def _resume(self, candidate: Candidate) -> Run | None:
        """Take a candidate that an earlier run finished; what it took counts as spent."""
        like = blank_run(self._job.folds, self._job.shape)
        run = self._checkpoints.load(candidate, self._job.kinds, like)
        if run is not None:
            self._pool.meter.add(float(run.cpu_s))
            self._progress.advance(self._n_fits)
        return run

    def _try(self, candidate: Candidate, found: Found) -> Run | None:
        """Fit a candidate if it fits into what is left, and keep it if it did."""
        is_needed, left_s, last_s = not found.runs, self._left_s, 0.0
        if np.isfinite(left_s) and not is_needed:
            cost_s = self._forecast.foretell(candidate, left_s=left_s)
            last_s, left_s = self._add_last_s(candidate, cost_s), self._left_s
            if cost_s + last_s > left_s:
                with_last = " with its last fit" if last_s else ""
                took = f"{cost_s + last_s:.3g} CPU-seconds{with_last}"
                found.dropped.append(
                    Dropped(candidate, f"it would take {took}, {max(left_s, 0):.3g} are left")
                )
                self._progress.advance(self._n_fits)
                return None
        run = self._fit(candidate, limit_s=np.inf if is_needed else (self._open_s - last_s) * SLACK)
        if run is None:
            why = f"it was given up: it takes more than the {left_s:.3g} CPU-seconds that were left"
            found.dropped.append(Dropped(candidate, why))
        else:
            self._checkpoints.save(candidate, self._job.kinds, run)
        return run

    def _add_last_s(self, candidate: Candidate, cost_s: float) -> float:
        """Say what a candidate's last fit takes beyond what is kept for one of its member already."""
        return max(0.0, cost_s * self._job.last_share - self._last_s.get(candidate.member, 0.0))

    def _fit(self, candidate: Candidate, *, limit_s: float) -> Run | None:
        """Fit a candidate on every split; give it up if it is sure to end over the limit."""
        begin, watch = self._pool.meter.spent_s, _Watch(self._job.folds)
        done = []
        for part, answer in zip(
            watch.parts, self._pool.run(perform, self._tasks(candidate, watch)), strict=False
        ):
            done.append(answer)
            self._progress.advance(len(self._job.kinds))
            watch.see(part, self._pool.meter.spent_s - begin, left_s=limit_s - begin)
        if len(done) < len(watch.parts):
            self._progress.advance(self._n_fits - len(done) * len(self._job.kinds))
            return None
        return self._collect(done, self._pool.meter.spent_s - begin)

    def _tasks(self, candidate: Candidate, watch: _Watch) -> Iterator[Task]:
        job = self._job
        for part in watch.parts:
            if watch.is_hopeless:
                return
            yield Task(candidate, part, job.kinds, n_classes=job.shape[3], seed=job.seed)

    def _collect(self, answers: Sequence[Answer], cpu_s: float) -> Run:
        """Put the answers of all splits in their places."""
        run = blank_run(self._job.folds, self._job.shape)
        rest = iter(answers)
        fit_s, predict_s, begin, n_predicted = [], [], 0, 0
        for fold in self._job.folds:
            outer = next(rest)
            run.outer[:, fold.repeat, fold.outer.places] = outer.probabilities
            fit_s.append(outer.fit_s)
            predict_s.append(outer.predict_s)
            n_predicted += len(fold.outer.places)
            for part in fold.inner:
                run.inner[:, begin + part.places] = next(rest).probabilities
            begin += len(fold.outer.y)
        rows = max(n_predicted, 1)
        return Run(
            run.outer, run.inner, np.mean(fit_s, axis=0), np.sum(predict_s, axis=0) / rows, np.array(cpu_s)
        )


class _Watch:
    """Tells from the splits that are done whether a candidate can still end within what is left."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        self.parts: list[Part] = [part for fold in folds for part in fold.parts]
        self.is_hopeless = False
        self._whole = sum(_weigh(part) for part in self.parts)
        self._done = 0.0

    def see(self, part: Part, spent_s: float, *, left_s: float) -> None:
        """Note a split that is done and what all of them took."""
        self._done += _weigh(part)
        share = self._done / self._whole
        self.is_hopeless = spent_s > left_s or (share >= SURE_SHARE and spent_s / share > left_s)


def _weigh(part: Part) -> float:
    return float(len(part.y) + len(part.test) + 1)


def order_rounds(candidates: Sequence[Candidate], costs: Mapping[str, float]) -> list[int]:
    """Order places in rounds: first each member's plainest setting, which stands first, then its second.

    `costs`, by member, decide within a round.
    """
    seen: dict[str, int] = {}
    rounds = []
    for candidate in candidates:
        rounds.append(seen.get(candidate.member, 0))
        seen[candidate.member] = rounds[-1] + 1

    def rank(place: int) -> tuple[int, float, int]:
        return rounds[place], costs.get(candidates[place].member, 0.0), place

    return sorted(range(len(candidates)), key=rank)
