"""The card: all that is to be known of a model; without timings, so that equal models have equal cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.label import ColumnLabels
from herdbook.package import PACKAGE_FORMAT
from herdbook.predictor import Predictor
from training.calibrate import Chosen
from training.check import Check
from training.classic import Classic
from training.discover import Discovery
from training.evaluate import Evaluation
from training.label import Labels
from training.nested import VOTE
from training.plan import Plan
from training.policy import Shipped
from training.reference import describe_answers, describe_frame, golden_frame
from training.score import measure_calibration
from training.search import Choice
from training.split import Rows

CIRCULAR = (
    "the labels are names of clusters, found over all records: these figures say how well the model repeats "
    "the clustering on records it never saw, not how well the clustering meets any truth outside"
)
METHOD = (
    "nested stratified cross-validation: each outer fold chooses settings, weights and calibration inside "
    "its training rows, and where labels are names of clusters it discovers anew there; each figure names "
    "the method of its 95 % interval"
)


@dataclass(frozen=True, eq=False)
class Findings:
    """What the steps before the final fit found."""

    checked: Check
    discovery: Discovery
    labels: Labels
    rows: Rows
    plan: Plan
    evaluations: Mapping[str, Evaluation]
    shipped: Shipped
    choice: Choice
    calibration: Chosen
    classic: list[Classic]

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation on the inputs that ship."""
        return self.evaluations[self.shipped.inputs]

    @property
    def nested(self) -> NDArray[np.float64]:
        """Out-of-fold probabilities of what ships, calibration included: shape (R, n, k)."""
        return self.evaluation.nested[self.shipped.procedure]


def build_card(dataset: Dataset, recipe: Mapping[str, Any], found: Findings) -> dict[str, Any]:
    """Write the card of a model but for its golden rows, which the fitted model adds."""
    metrics = _metrics(found)
    return {
        "format": PACKAGE_FORMAT,
        "dataset": dataset.name,
        "snapshot": recipe["snapshot"],
        "code": recipe["code"],
        "libraries": recipe["libraries"],
        "seed": recipe["seed"],
        "effort": recipe["effort"],
        "schema_hash": dataset.schema_hash,
        "features": dataset.declaration()["features"],
        "classes": list(found.rows.classes),
        "inputs": found.shipped.inputs,
        "shipped": {
            "ensemble": found.shipped.ensemble,
            "voting": dataset.training.voting,
            "procedure": found.shipped.procedure,
            "why": list(found.shipped.why),
        },
        "rows": _count_rows(found),
        "labels": found.labels.report,
        "clusters": {
            "n": found.discovery.clusters.n_clusters,
            "parameters": _parameters(found),
        },
        "search": _search(found),
        "evaluation": {
            "method": METHOD,
            "note": None if isinstance(dataset.labels, ColumnLabels) else CIRCULAR,
            "outer_folds": found.plan.outer_folds,
            "repeats": len(found.evaluation.folds),
            "inner_folds": found.plan.inner_folds,
            "metrics": metrics,
            "calibration": found.calibration.facts | measure_calibration(found.nested, found.rows.y),
        },
        "headline": metrics[found.shipped.inputs][found.shipped.procedure],
        "classic": {line.name: line.facts for line in found.classic},
        "calibration": found.calibration.calibration.to_json(),
        "reference": {
            "features": describe_frame(dataset, found.checked.frame),
            "answers": describe_answers(
                found.rows.classes, found.nested.mean(axis=0), found.discovery.assignment
            ),
        },
    }


def prove(
    dataset: Dataset, card: dict[str, Any], rows: Rows, classifier: SkopsClassifier, clusters: Clusters
) -> dict[str, Any]:
    """Add golden rows with the fitted model's answers to a card; they are made up, no record of anybody."""
    golden = golden_frame(rows.frame, rows.y, unlabelled=rows.unlabelled)
    answers = Predictor(dataset.name, card, classifier, clusters).predict(golden)
    return card | {
        "golden": {
            "records": dataset.to_records(golden),
            "probabilities": answers.probabilities.tolist(),
            "cluster": answers.assignment.cluster.tolist(),
        }
    }


def _metrics(found: Findings) -> dict[str, Any]:
    return {
        inputs: {
            name: {measure: interval.to_json() for measure, interval in scores.items()}
            for name, scores in evaluation.scores(found.rows.y).items()
        }
        for inputs, evaluation in found.evaluations.items()
    }


def _count_rows(found: Findings) -> dict[str, int]:
    return {
        "received": found.checked.n_rows,
        "set_aside": found.checked.n_set_aside,
        "accepted": len(found.checked.frame),
        "trained_on": len(found.rows.y),
        "without_label": len(found.rows.unlabelled),
    }


def _parameters(found: Findings) -> dict[str, Any]:
    """Give the parameters of discovery without the grid that they were chosen from: the report has it."""
    return {name: value for name, value in found.discovery.report["parameters"].items() if name != "grid"}


def _search(found: Findings) -> dict[str, Any]:
    """Say for each member what was tried, what was chosen and, in a vote, how much it weighs."""
    weights = dict(zip(found.choice.places, found.choice.weights, strict=True))
    completed = found.evaluation.search.completed
    told = {}
    for member, place in found.choice.places.items():
        tried = [one.describe() for one in completed if one.member == member]
        is_in = found.shipped.ensemble == VOTE or member == found.choice.single
        told[member] = {
            "tried": tried,
            "chosen": completed[place].describe(),
            "weight": (weights[member] if found.shipped.ensemble == VOTE else 1.0) if is_in else 0.0,
        }
    return told
