"""From a snapshot to a fitted, evaluated model, in memory: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from skops.io import dumps

from herdbook.canonical import canonical_skops
from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.label import ColumnLabels
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from herdbook.snapshot import Snapshot
from training.card import Findings, build_card, prove
from training.check import check, require
from training.classic import CLASSIC_FITS, Classic, make_classic_table
from training.clock import Clock
from training.discover import discover
from training.evaluate import VOTE, Evaluation, Plan, evaluate, plan_evaluation
from training.label import label
from training.pipeline import build_pipeline
from training.policy import decide
from training.progress import Progress
from training.search import choose
from training.split import Rows, gather_rows, require_enough
from training.vote import build_vote


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model ready to be packaged, the report of the discovery, and what it took."""

    card: dict[str, Any]
    model: bytes
    clusters: Clusters
    discovery: dict[str, Any]
    timings: dict[str, Any]
    fits: int


def fit(dataset: Dataset, snapshot: Snapshot, recipe: Mapping[str, Any], *, progress: Progress) -> Fitted:
    """Check, discover, label, tune, evaluate and fit what the dataset's policy ships.

    Raises
    ------
    CheckRefusedError, DiscoveryError, TrainingError
        The records cannot be trained on; the sentence says why.
    """
    clock = Clock()
    found = _find(dataset, snapshot, recipe, clock=clock, progress=progress)
    with clock.stage("fit"):
        progress.start(f"fit the {found.shipped.ensemble}")
        classifier, model = _fit_shipped(dataset, found)
        progress.finish(f"{len(model) / 1024:,.0f} KiB")
    clusters = found.discovery.clusters
    card = prove(dataset, build_card(dataset, recipe, found), found.rows, classifier, clusters)
    timings = {"stages": clock.stages, "classic_fit_s": {line.name: line.fit_s for line in found.classic}}
    report = found.discovery.report | {"labels": found.labels.report, "check": found.checked.to_report()}
    return Fitted(card, model, clusters, report, timings, _count_fits(found))


def _find(
    dataset: Dataset, snapshot: Snapshot, recipe: Mapping[str, Any], *, clock: Clock, progress: Progress
) -> Findings:
    with clock.stage("check"):
        progress.start("check")
        checked = check(dataset, snapshot)
        require(dataset, checked)
        progress.finish(f"{len(checked.frame):,} accepted, {checked.n_set_aside:,} set aside")
    with clock.stage("discover"):
        progress.start("discover")
        discovery = discover(dataset, checked.frame, seed=recipe["seed"])
        labels = label(dataset, checked, discovery)
        rows = gather_rows(checked.frame, labels)
        require_enough(dataset, rows)
        progress.finish(f"{discovery.clusters.n_clusters} clusters, {len(rows.classes)} classes")
    plan = plan_evaluation(dataset, rows, effort=recipe["effort"], seed=recipe["seed"])
    with clock.stage("evaluate"):
        evaluations = _evaluate(dataset, rows, plan, progress=progress)
    with clock.stage("classic"):
        classic = _classic(dataset, rows, progress=progress)
    shipped = decide(dataset, evaluations, rows.y)
    choice = choose(plan.candidates, evaluations[shipped.inputs].candidates, rows.y)
    return Findings(checked, discovery, labels, rows, plan, evaluations, shipped, choice, classic)


def _evaluate(dataset: Dataset, rows: Rows, plan: Plan, *, progress: Progress) -> dict[str, Evaluation]:
    """Run the nested cross-validation with and without cluster columns, whatever the policy ships."""
    kinds = (FRAME_AND_CLUSTERS, FRAME)
    n_fits = plan.fits_per_inputs * len(kinds)
    progress.start(f"tune and evaluate: {n_fits:,} fits of {len(plan.candidates)} candidates", n_fits)
    evaluations = evaluate(dataset, rows, plan, inputs=kinds, progress=progress)
    scores = evaluations[FRAME_AND_CLUSTERS].scores(rows.y)[VOTE]["accuracy"]
    progress.finish(f"vote {scores.value:.2%} right, 95 % interval {scores.low:.2%} to {scores.high:.2%}")
    return evaluations


def _classic(dataset: Dataset, rows: Rows, *, progress: Progress) -> list[Classic]:
    """Make the classic table if labels stand in a column; labels of our own making prove nothing by it."""
    if not isinstance(dataset.labels, ColumnLabels):
        return []
    progress.start("classic 80/20 table", CLASSIC_FITS)
    lines = make_classic_table(dataset, rows, tick=progress.advance)
    progress.finish(", ".join(f"{line.name} {line.facts['test_accuracy']['value']:.2%}" for line in lines))
    return lines


def _fit_shipped(dataset: Dataset, found: Findings) -> tuple[SkopsClassifier, bytes]:
    """Fit the pipeline from the cluster columns on; discovery fitted its first step on all records."""
    chosen = {name: found.plan.candidates[place] for name, place in found.choice.places.items()}
    if found.shipped.ensemble == VOTE:
        voting = dataset.training.voting
        classifier = build_vote(chosen, found.choice.weights, voting=voting, seed=found.plan.seed)
    else:
        classifier = chosen[found.choice.single].build(seed=found.plan.seed)
    inputs, pipeline = found.rows.frame, build_pipeline(dataset, classifier, inputs=found.shipped.inputs)
    if found.shipped.inputs == FRAME_AND_CLUSTERS:
        columns = found.discovery.assignment.columns()[found.labels.kept]
        inputs, pipeline = np.hstack([inputs, columns]), pipeline[1:]
    pipeline.fit(inputs, np.array(found.rows.classes)[found.rows.y])
    return SkopsClassifier(pipeline), canonical_skops(dumps(pipeline))


def _count_fits(found: Findings) -> int:
    last = len(found.choice.places) if found.shipped.ensemble == VOTE else 1
    return found.plan.fits_per_inputs * len(found.evaluations) + last
