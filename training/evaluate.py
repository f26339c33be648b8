"""Nested cross-validation: what each member, the vote and a majority baseline are worth on rows never seen.

Every outer fold searches anew inside its training rows, so no row helps to choose what it judges (Varma and
Simon, BMC Bioinformatics 7, 2006). The outer folds also fit every candidate: from those out-of-fold
probabilities the shipped model's settings and weights are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from herdbook.dataset import Dataset
from training.engine.budget import Budget, Meter
from training.engine.checkpoint import Checkpoints, Run, hash_origin, sweep_abandoned
from training.engine.cost import Forecast
from training.engine.design import fit_design, foretell_collect, tell_least
from training.engine.fold import Fold, prepare_fold, tell_discovery
from training.engine.pool import WORTH_WORKERS_S, Pool
from training.engine.search import Found, Job, Search
from training.engine.task import Task
from training.interval import Interval
from training.member import Candidate
from training.nested import Answers, nest
from training.plan import Plan, narrow
from training.progress import Progress
from training.score import score_folds
from training.split import Rows


@dataclass(frozen=True, eq=False)
class Searched:
    """What the search finished and what it left out.

    Attributes
    ----------
    completed
        The finished candidates, in the plan's order.
    dropped
        Those left out, each with `member`, `settings` and `why`.
    resumed
        How many were taken from an earlier run that was killed.
    budget_cpu_s, spent_cpu_s
        What the whole training may take, and what was spent when the evaluation ended.
    narrowed
        What the budget left no room for in the design of the evaluation, in sentences.
    """

    completed: list[Candidate]
    dropped: list[dict[str, Any]]
    resumed: int
    budget_cpu_s: float | None
    spent_cpu_s: float
    narrowed: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as plain JSON values; it holds timings, so it is no part of a card."""
        return {
            "completed": [one.to_json() for one in self.completed],
            "dropped": self.dropped,
            "resumed": self.resumed,
            "budget_cpu_s": self.budget_cpu_s,
            "spent_cpu_s": round(self.spent_cpu_s, 3),
            "narrowed": list(self.narrowed),
        }


@dataclass(frozen=True, eq=False)
class Prepared:
    """Prepared folds, the plan that they follow, what foretells costs, and what was narrowed of the plan."""

    folds: list[Fold]
    plan: Plan
    forecast: Forecast
    narrowed: list[str]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Out-of-fold probabilities of the n labelled rows for one kind of inputs.

    Attributes
    ----------
    nested
        By member, vote, calibrated vote, best single member and majority: shape (R, n, k), each row by models
        that never saw it.
    candidates
        Of every finished candidate, `search.completed`: shape (m, R, n, k).
    folds
        The outer fold that tested each row: shape (R, n).
    calibrations
        What each outer fold chose to calibrate its vote with.
    costs
        Of each finished candidate: member, settings, CPU-seconds of a fit and microseconds per predicted row.
    search
        What was finished; the same for all kinds of inputs.
    discovery
        How the folds' own discoveries compare with that of all rows; None if labels stand in a column.
    """

    nested: dict[str, NDArray[np.float64]]
    candidates: NDArray[np.float64]
    folds: NDArray[np.int64]
    calibrations: list[str]
    costs: list[dict[str, Any]]
    search: Searched
    discovery: dict[str, Any] | None

    def scores(self, y: NDArray[np.int64]) -> dict[str, dict[str, Interval]]:
        """Score each of them, with 95 % intervals."""
        return {name: score_folds(found, y, self.folds) for name, found in self.nested.items()}


def evaluate(  # noqa: PLR0913 - what is evaluated, and by what means, each by its name
    dataset: Dataset,
    rows: Rows,
    plan: Plan,
    *,
    inputs: Sequence[str],
    progress: Progress,
    jobs: int = -1,
    budget: Budget | None = None,
    checkpoint: Path | None = None,
) -> dict[str, Evaluation]:
    """Run the plan for each kind of inputs.

    Parameters
    ----------
    jobs
        Number of processes, -1 for one per core. The result is the same, bit for bit, with any number.
    budget
        CPU-seconds over all processes; None sets no limit. The cheapest candidate is finished in any case.
        Too few for the plan's repeats and each member's plainest setting leave one repeat, and too few to
        prepare its outer folds leave fewer of them; `folds` says how many.
    checkpoint
        Folder that keeps finished candidates, named by the recipe; a killed training takes them up there, and
        what others left beside it long ago is removed.
    """
    if checkpoint is not None:
        sweep_abandoned(checkpoint)
    meter = Meter(budget.spent_s if budget else 0.0)
    with threadpool_limits(1), Pool(jobs, meter) as pool:
        prepared = _prepare(dataset, rows, plan, inputs=inputs, pool=pool, budget=budget)
        folds, plan = prepared.folds, prepared.plan
        shape = (len(inputs), plan.repeats, len(rows.y), len(rows.classes))
        origin = hash_origin(dataset, rows, plan.folds, inner_folds=plan.inner_folds, seed=plan.seed)
        found = Search(
            Job(folds, inputs, shape, plan.seed, plan.n_fitted),
            pool,
            forecast=prepared.forecast,
            limit_s=_limit_s(budget, plan, inputs),
            checkpoints=Checkpoints(checkpoint, origin),
            progress=progress,
        ).run(plan.candidates)
        runs = [found.runs[place] for place in sorted(found.runs)]
        completed = [plan.candidates[place] for place in sorted(found.runs)]
        answers = [_gather(runs, kind) for kind in range(len(inputs))]
        nested = [nest(completed, one, folds, voting=plan.voting, seed=plan.seed) for one in answers]
    searched = Searched(
        completed=completed,
        dropped=_tell_dropped(plan, found),
        resumed=found.resumed,
        budget_cpu_s=budget.cpu_s if budget else None,
        spent_cpu_s=meter.spent_s,
        narrowed=prepared.narrowed,
    )
    return {
        kind: Evaluation(
            nested=nested[place].probabilities,
            candidates=answers[place].outer,
            folds=plan.folds[:, rows.labelled],
            calibrations=nested[place].calibrations,
            costs=_tell_costs(completed, runs, place),
            search=searched,
            discovery=tell_discovery(folds),
        )
        for place, kind in enumerate(inputs)
    }


def _prepare(
    dataset: Dataset,
    rows: Rows,
    plan: Plan,
    *,
    inputs: Sequence[str],
    pool: Pool,
    budget: Budget | None,
) -> Prepared:
    """Prepare all folds, the first one here: what it takes tells what the rest will, and if workers pay."""
    narrowed: list[str] = []
    if budget is not None:
        plan, narrowed = fit_design(dataset, rows, plan, budget=budget, meter=pool.meter)
    # a copy without what the dataset remembers of itself, which no process could be sent
    prepare = partial(prepare_fold, Dataset.model_validate(dataset.declaration()), rows)
    before, n_splits = pool.meter.spent_s, len(plan.splits)
    first = prepare(plan.splits[0])
    fold_s = pool.meter.spent_s - before
    task = Task(plan.candidates[0], first.outer, inputs, n_classes=len(rows.classes), seed=plan.seed)
    forecast = Forecast([first], n_splits, task)
    left_s = np.inf if budget is None else budget.limit_s - pool.meter.spent_s
    if budget is not None or pool.may_widen:
        costs = forecast.foretell_plainest(plan.candidates, left_s=min(left_s, WORTH_WORKERS_S))
        work_s = fold_s * (n_splits - 1) + sum(costs.values())
        if work_s > left_s and plan.repeats > 1:
            narrowed.append(f"1 repeat instead of {plan.repeats}")
            forecast.take_share(1 / plan.repeats)
            plan = narrow(plan, rows, outer_folds=plan.outer_folds, repeats=1)
        rest_s = fold_s * (len(plan.splits) - 1) + min(costs.values()) * len(plan.splits) / n_splits
        rest_s += foretell_collect(plan, inputs)
        narrowed += tell_least(budget, spent_s=pool.meter.spent_s, rest_s=rest_s)
        pool.expect(min(work_s, left_s), left_s=left_s)
    return Prepared([first, *pool.run(prepare, plan.splits[1:])], plan, forecast, narrowed)


def _limit_s(budget: Budget | None, plan: Plan, inputs: Sequence[str]) -> float:
    """Give what may be spent when the last candidate is finished."""
    return np.inf if budget is None else budget.limit_s - foretell_collect(plan, inputs)


def _tell_dropped(plan: Plan, found: Found) -> list[dict[str, Any]]:
    """List whom the search left out, and members of whom no candidate was planned, without settings."""
    passed = [{"member": name, "settings": {}, "why": why} for name, why in plan.passed_over.items()]
    return passed + [one.candidate.to_json() | {"why": one.why} for one in found.dropped]


def _gather(runs: Sequence[Run], kind: int) -> Answers:
    return Answers(np.stack([run.outer[kind] for run in runs]), np.stack([run.inner[kind] for run in runs]))


def _tell_costs(completed: Sequence[Candidate], runs: Sequence[Run], kind: int) -> list[dict[str, Any]]:
    return [
        candidate.to_json()
        | {
            "fit_cpu_s": round(float(run.fit_s[kind]), 6),
            "predict_us_per_row": round(float(run.predict_s[kind]) * 1e6, 3),
            "search_cpu_s": round(float(run.cpu_s), 3),
        }
        for candidate, run in zip(completed, runs, strict=True)
    ]
