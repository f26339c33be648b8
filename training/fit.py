"""From a snapshot to a fitted, evaluated model, in memory: nothing is written here but checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from skops.io import dumps

from herdbook.canonical import canonical_skops
from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.package import FRAME_AND_CLUSTERS
from herdbook.predictor import join
from herdbook.snapshot import Snapshot
from training.card import build_card, prove
from training.clock import Clock
from training.compare import OUT_OF_FOLD
from training.compile import Compiled, compile_model
from training.examine import examine
from training.find import How, find
from training.findings import Findings
from training.nested import VOTE
from training.pipeline import build_pipeline
from training.report import EVALUATION, report_answers, report_evaluation
from training.vote import build_vote

KEPT_SHARE = 0.05
"""Share of a budget that is kept for packing, proving and registering the model."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model ready to be packaged, what there is to report of it by kind, and what it took."""

    card: dict[str, Any]
    model: bytes
    compiled: Compiled
    clusters: Clusters
    discovery: dict[str, Any]
    reports: dict[str, dict[str, Any]]
    timings: dict[str, Any]
    fits: int


def fit(dataset: Dataset, snapshot: Snapshot, recipe: Mapping[str, Any], how: How) -> Fitted:
    """Check, discover, label, tune, evaluate, calibrate, fit what the dataset's policy ships, and examine it.

    Raises
    ------
    CheckRefusedError, DiscoveryError, TrainingError
        The records cannot be trained on; the sentence says why.
    """
    clock = Clock(how.spent_s)
    found = find(dataset, snapshot, recipe, how, clock=clock)
    with clock.stage("fit"):
        how.progress.start(f"fit the {found.shipped.ensemble}")
        pipeline = _fit_shipped(dataset, found)
        model = canonical_skops(dumps(pipeline))
        how.progress.finish(f"{len(model) / 1024:,.0f} KiB")
    with clock.stage("compile"):
        compiled = _compile(dataset, found, pipeline, how)
    clusters = found.discovery.clusters
    card = build_card(dataset, recipe, found, compiled=compiled.card)
    card = prove(dataset, card, found.rows, SkopsClassifier(pipeline), clusters)
    reports = {} if how.replay else _report(dataset, recipe, card, found, how, clock=clock)
    timings = {
        "stages": clock.stages,
        "classic_fit_s": {line.name: line.fit_s for line in found.classic},
        "cpu_s": round(clock.spent_s, 3),
        "compiled": compiled.timings,
    }
    discovery = found.discovery.report | {"labels": found.labels.report, "check": found.checked.to_report()}
    return Fitted(card, model, compiled, clusters, discovery, reports, timings, _count_fits(found))


def _report(
    dataset: Dataset,
    recipe: Mapping[str, Any],
    card: Mapping[str, Any],
    found: Findings,
    how: How,
    *,
    clock: Clock,
) -> dict[str, dict[str, Any]]:
    budget_s = recipe["budget_cpu_s"]
    left_s = None if budget_s is None else budget_s * (1 - KEPT_SHARE) - clock.spent_s
    with clock.stage("examine"):
        examined = examine(dataset, found, left_s=left_s, progress=how.progress)
    with clock.stage("report"):
        return {
            EVALUATION: report_evaluation(dataset, recipe, card, found, examined),
            OUT_OF_FOLD: report_answers(recipe, found),
        }


def _fit_shipped(dataset: Dataset, found: Findings) -> Pipeline:
    """Fit the pipeline from the cluster columns on; discovery fitted its first step on all records."""
    completed = found.evaluation.search.completed
    times = found.sample.times
    chosen = {name: completed[place].carry(times) for name, place in found.choice.places.items()}
    if found.shipped.ensemble == VOTE:
        voting = dataset.training.voting
        classifier = build_vote(chosen, found.choice.weights, voting=voting, seed=found.plan.seed)
    else:
        classifier = chosen[found.choice.single].build(seed=found.plan.seed)
    inputs, pipeline = found.rows.frame, build_pipeline(dataset, classifier, inputs=found.shipped.inputs)
    if found.shipped.inputs == FRAME_AND_CLUSTERS:
        columns = found.discovery.assignment.columns()[found.rows.labelled]
        inputs, pipeline = np.hstack([inputs, columns]), pipeline[1:]
    pipeline.fit(inputs, np.array(found.rows.classes)[found.rows.y])
    return pipeline


def _compile(dataset: Dataset, found: Findings, pipeline: Pipeline, how: How) -> Compiled:
    rows = found.checked.frame
    if found.shipped.inputs == FRAME_AND_CLUSTERS:
        rows = join(rows, found.discovery.assignment)
    return compile_model(
        dataset,
        pipeline,
        rows,
        inputs=found.shipped.inputs,
        n_clusters=found.discovery.clusters.n_clusters,
        progress=how.progress,
    )


def _count_fits(found: Findings) -> int:
    """Count the fits of members: those of finished candidates, and the last one of each that ships."""
    last = len(found.choice.places) if found.shipped.ensemble == VOTE else 1
    n_candidates = len(found.evaluation.search.completed)
    repeats = len(found.evaluation.folds)
    each = repeats * found.plan.outer_folds * (found.plan.inner_folds + 1)
    return n_candidates * each * len(found.evaluations) + last
