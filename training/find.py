"""All that a training finds out before the last fit: rows, clusters, labels, scores, and what shall ship."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.label import ColumnLabels
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from herdbook.snapshot import Snapshot
from training.calibrate import Chosen, choose_calibration, leave_alone
from training.check import Check, check, require
from training.classic import Classic, foretell_classic, list_lines, make_classic_table
from training.clock import Clock
from training.discover import Discovery, discover
from training.engine.budget import Budget
from training.evaluate import Evaluation, evaluate
from training.findings import Findings
from training.label import Labels, label
from training.nested import CALIBRATED, VOTE
from training.plan import Plan, narrow, plan_evaluation
from training.policy import Shipped, decide
from training.progress import QUIET, Progress
from training.sample import Sample, draw_sample
from training.search import Choice, choose
from training.split import Rows, gather_rows, require_enough
from training.vote import combine

ALL_CORES = -1
KINDS = (FRAME_AND_CLUSTERS, FRAME)
RESERVED_SHARE = 0.15
"""Share of a budget that the search leaves for what follows it: the last fit, the proof, and examining."""

CLASSIC_SHARE = 0.1
"""Share of a budget that the classic table may take."""


@dataclass(frozen=True, eq=False)
class How:
    """How a training runs, which changes nothing of what comes out.

    Attributes
    ----------
    jobs
        Number of processes; None for one on each core.
    checkpoint
        Folder that keeps finished candidates, named by the recipe.
    progress
        Is told of each step.
    spent_s
        CPU-seconds that went before and that the budget counts too.
    name
        Names the clusters of a discovery on a frame, where they are the labels; None takes the dataset file.
    replay
        Card of the model that is trained again: its candidates are fitted, whatever time they take.
    """

    jobs: int | None = None
    checkpoint: Path | None = None
    progress: Progress = QUIET
    spent_s: float = 0.0
    name: Callable[[Discovery, NDArray[np.float64]], Mapping[int, str] | None] | None = None
    replay: Mapping[str, Any] | None = None


def find(
    dataset: Dataset, snapshot: Snapshot, recipe: Mapping[str, Any], how: How, *, clock: Clock
) -> Findings:
    """Check, discover, label, search, evaluate, decide what ships and calibrate it.

    Raises
    ------
    CheckRefusedError, DiscoveryError, TrainingError
        The records cannot be trained on; the sentence says why.
    """
    checked, discovery, labels = _look(dataset, snapshot, recipe, how, clock=clock)
    rows = gather_rows(checked.frame, labels, cluster=discovery.assignment.cluster)
    require_enough(dataset, rows)
    sample = draw_sample(rows)
    budget_s = None if how.replay else recipe["budget_cpu_s"]
    with clock.stage("classic"):
        classic = _classic(dataset, sample.rows, how, budget_s=budget_s, spent_s=clock.spent_s)
    plan = _plan(dataset, sample, recipe, how)
    with clock.stage("evaluate") as stage:
        budget = _budget(budget_s, clock)
        evaluations, stage.elsewhere_s = _evaluate(dataset, sample, plan, how, budget=budget)
    y = sample.rows.y
    shipped = decide(dataset, evaluations, y)
    evaluation = evaluations[shipped.inputs]
    repeats, outer_folds = len(evaluation.folds), int(evaluation.folds.max()) + 1
    plan = narrow(plan, sample.rows, outer_folds=outer_folds, repeats=repeats)
    choice = choose(evaluation.search.completed, evaluation.candidates, y)
    with clock.stage("calibrate"):
        calibration = _calibrate(evaluation, shipped, choice, y, plan=plan)
    return Findings(
        checked=checked,
        discovery=discovery,
        labels=labels,
        rows=rows,
        sample=sample,
        plan=plan,
        evaluations=evaluations,
        shipped=shipped,
        choice=choice,
        calibration=calibration,
        classic=classic,
    )


def _look(
    dataset: Dataset, snapshot: Snapshot, recipe: Mapping[str, Any], how: How, *, clock: Clock
) -> tuple[Check, Discovery, Labels]:
    with clock.stage("check"):
        how.progress.start("check")
        checked = check(dataset, snapshot)
        require(dataset, checked)
        how.progress.finish(f"{len(checked.frame):,} accepted, {checked.n_set_aside:,} set aside")
    with clock.stage("discover"):
        how.progress.start("discover")
        discovery = discover(dataset, checked.frame, seed=recipe["seed"], rows=checked.rows)
        names = how.name(discovery, checked.frame) if how.name else None
        labels = label(dataset, checked, discovery, names=names)
        n_classes = len(labels.report["counts"])
        said = [f"{discovery.clusters.n_clusters} clusters, {n_classes} classes"]
        said += _warn(None if how.replay else recipe["budget_cpu_s"], clock)
        how.progress.finish("; ".join(said))
    return checked, discovery, labels


def _warn(budget_s: float | None, clock: Clock) -> list[str]:
    """Say as early as it is sure that a budget cannot be kept: before any fold is prepared."""
    if budget_s is None or clock.spent_s <= (1 - RESERVED_SHARE) * budget_s:
        return []
    return [
        f"the budget cannot be kept: {clock.spent_s:.3g} of its {budget_s:.3g} CPU-seconds are spent, "
        "and the evaluation is still to come, which says what the least is"
    ]


def _classic(
    dataset: Dataset, rows: Rows, how: How, *, budget_s: float | None, spent_s: float
) -> list[Classic]:
    """Make the classic table if labels stand in a column; labels of our own making prove nothing by it.

    Under a budget it is left out if it takes more than a tenth, or nothing is left; a replay makes it if the
    model had it.
    """
    if not isinstance(dataset.labels, ColumnLabels) or (how.replay and not how.replay["classic"]):
        return []
    if budget_s is not None and (
        spent_s > budget_s or foretell_classic(dataset, rows) > CLASSIC_SHARE * budget_s
    ):
        return []
    how.progress.start("classic 80/20 table", len(list_lines(rows)))
    lines = make_classic_table(dataset, rows, tick=how.progress.advance)
    how.progress.finish(
        ", ".join(f"{line.name} {line.facts['test_accuracy']['value']:.2%}" for line in lines)
    )
    return lines


def _plan(dataset: Dataset, sample: Sample, recipe: Mapping[str, Any], how: How) -> Plan:
    """Lay out the search, or that of the model which is trained again."""
    effort, seed, rows = recipe["effort"], recipe["seed"], sample.rows
    if how.replay is None:
        return plan_evaluation(dataset, rows, effort=effort, seed=seed, n_fitted=sample.n_labelled)
    only = [
        {"member": member, "settings": settings}
        for member, searched in how.replay["search"].items()
        for settings in searched["tried"]
    ]
    repeats, outer_folds = (how.replay["evaluation"][name] for name in ("repeats", "outer_folds"))
    plan = plan_evaluation(
        dataset, rows, effort=effort, seed=seed, n_fitted=sample.n_labelled, only=only, repeats=repeats
    )
    return narrow(plan, rows, outer_folds=outer_folds, repeats=repeats)


def _budget(cpu_s: float | None, clock: Clock) -> Budget | None:
    return None if cpu_s is None else Budget(cpu_s, clock.spent_s, RESERVED_SHARE * cpu_s)


def _evaluate(
    dataset: Dataset, sample: Sample, plan: Plan, how: How, *, budget: Budget | None
) -> tuple[dict[str, Evaluation], float]:
    """Run the nested cross-validation with and without cluster columns, whatever the policy ships.

    Also give the CPU-seconds that other processes worked for it.
    """
    n_fits, rows = plan.fits_per_inputs * len(KINDS), sample.rows
    how.progress.start(f"tune and evaluate: {n_fits:,} fits of {len(plan.candidates)} candidates", n_fits)
    begin = process_time()
    evaluations = evaluate(
        dataset,
        rows,
        plan,
        inputs=KINDS,
        progress=how.progress,
        jobs=how.jobs or ALL_CORES,
        budget=budget,
        checkpoint=how.checkpoint,
    )
    here = process_time() - begin + (budget.spent_s if budget else 0.0)
    found = evaluations[FRAME_AND_CLUSTERS]
    scores = found.scores(rows.y)[CALIBRATED]["accuracy"]
    said = [f"vote {scores.value:.2%} right, 95 % interval {scores.low:.2%} to {scores.high:.2%}"]
    if sample.is_part:
        said.append(f"{len(rows.y):,} of {sample.n_labelled:,} labelled rows were evaluated")
    how.progress.finish("; ".join([*said, *found.search.narrowed]))
    return evaluations, max(0.0, found.search.spent_cpu_s - here)


def _calibrate(
    evaluation: Evaluation, shipped: Shipped, choice: Choice, y: NDArray[np.int64], *, plan: Plan
) -> Chosen:
    """Calibrate the vote that ships, by all its out-of-fold answers; the weights were fitted to them too."""
    nested = evaluation.nested[shipped.procedure]
    if shipped.ensemble != VOTE:
        return leave_alone(nested, why="a single member ships, as it is")
    if plan.voting != "soft":
        return leave_alone(nested, why="a hard vote counts votes, which are no probabilities")
    members = evaluation.candidates[list(choice.places.values())]
    return choose_calibration(combine(members, choice.weights, voting=plan.voting), y, seed=plan.seed)
