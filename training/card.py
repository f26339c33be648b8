"""The card: all that is to be known of a model; without timings, so that equal models have equal cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.label import ColumnLabels
from herdbook.package import PACKAGE_FORMAT
from herdbook.predictor import Predictor
from training.findings import Findings
from training.nested import VOTE
from training.paired import METHOD as PAIRED
from training.reference import describe_answers, describe_frame, golden_frame
from training.score import measure_calibration
from training.split import Rows

METHOD = (
    "nested stratified cross-validation: each outer fold chooses settings, weights and calibration inside "
    "its training rows, and where labels are names of clusters it discovers anew there"
)
AGREES = (
    "the labels are those that discovery on all records gave; each fold found its own clusters without its "
    "test records, so the agreement is not by construction"
)
OUTSIDE = "nothing here is a truth from outside"


def build_card(
    dataset: Dataset, recipe: Mapping[str, Any], found: Findings, *, compiled: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the card of a model but for its golden rows, which the fitted model adds.

    `compiled` says whether a graph serves, and why.
    """
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
            "method": f"{METHOD}; 95 % intervals: {_intervals(metrics, found)}",
            "note": _note(dataset, found),
            "outer_folds": found.plan.outer_folds,
            "repeats": len(found.evaluation.folds),
            "inner_folds": found.plan.inner_folds,
            "metrics": metrics,
            "calibration": found.calibration.facts
            | measure_calibration(found.nested, found.sample.rows.y, folds=found.evaluation.folds),
        },
        "headline": metrics[found.shipped.inputs][found.shipped.procedure],
        "classic": {line.name: line.facts for line in found.classic},
        "calibration": found.calibration.calibration.to_json(),
        "compiled": dict(compiled),
        "reference": {
            "features": describe_frame(dataset, found.checked.frame),
            "answers": describe_answers(
                found.rows.classes,
                found.nested.mean(axis=0),
                found.discovery.assignment,
                weights=found.sample.weights,
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


def _note(dataset: Dataset, found: Findings) -> str | None:
    """Say what figures rest on if not on all rows, and what it is to be right where clusters are labels."""
    told = [found.sample.says] if found.sample.says else []
    if not isinstance(dataset.labels, ColumnLabels):
        told += _note_clusters(found)
    return "; ".join(told) or None


def _note_clusters(found: Findings) -> list[str]:
    n = len(found.rows.unlabelled)
    unscored = f"{n:,} {'record' if n == 1 else 'records'} in no named cluster {'is' if n == 1 else 'are'}"
    return [AGREES, *([f"{unscored} not scored"] if n else []), OUTSIDE]


def _intervals(metrics: Mapping[str, Any], found: Findings) -> str:
    """Name the method of each interval, as the intervals themselves name it."""
    headline, told = metrics[found.shipped.inputs][found.shipped.procedure], dict[str, list[str]]()
    for measure, interval in headline.items():
        told.setdefault(interval["method"], []).append(measure.replace("_", "-"))
    ways = [f"{' and '.join(measures)} by {method}" for method, measures in told.items()]
    return "; ".join([*ways, f"differences by {PAIRED}"])


def _metrics(found: Findings) -> dict[str, Any]:
    return {
        inputs: {
            name: {measure: interval.to_json() for measure, interval in scores.items()}
            for name, scores in each.items()
        }
        for inputs, each in found.scores.items()
    }


def _count_rows(found: Findings) -> dict[str, int]:
    evaluated = {"evaluated": len(found.sample.rows.y)} if found.sample.is_part else {}
    return evaluated | {
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
        carried = {"fitted": completed[place].carry(found.sample.times).describe()}
        tried = [one.describe() for one in completed if one.member == member]
        is_in = found.shipped.ensemble == VOTE or member == found.choice.single
        told[member] = {
            "tried": tried,
            "chosen": completed[place].describe(),
            "weight": (weights[member] if found.shipped.ensemble == VOTE else 1.0) if is_in else 0.0,
        } | (carried if found.sample.is_part else {})
    return told
