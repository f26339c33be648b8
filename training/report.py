"""The reports about one training: the evaluation as a page shows it, and the answers out of fold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.label import ColumnLabels
from training.agreement import measure_agreement
from training.diagnose import confusion, costs
from training.examine import Examined
from training.findings import Findings
from training.policy import compare_all
from training.recipe import hash_recipe
from training.score import log_loss, measure_calibration, score_classes

EVALUATION = "evaluation"
"""Kind of the report; that of the answers is `training.compare.OUT_OF_FOLD`."""

REPORT_FORMAT = 1
DIGITS = 6
MOST_BYTES = 6_000_000
"""Most that the arrays of the report of answers take; an object of the ledger holds 8 MiB."""

CHOSEN_HERE = (
    "which ensemble and inputs ship was left to these same rows, so the headline is that of the procedure "
    "which won: the luck of winning stands in it"
)
SETTINGS_OF_ALL = (
    "the learning curve, importance and the controls that fit use settings that were chosen on all evaluated "
    "rows: they tell of the procedure, and are no further estimate of what ships"
)
CROSSFITTED = (
    "each method was fitted to other rows than it is measured on, but to answers of a vote whose settings "
    "and weights were chosen on all of them: this table chose the method; what ships is worth the nested "
    "figures, where everything was chosen inside each fold's training rows"
)


def report_evaluation(
    dataset: Dataset, recipe: Mapping[str, Any], card: Mapping[str, Any], found: Findings, examined: Examined
) -> dict[str, Any]:
    """Assemble the evaluation report; what depends on timings stands under `costs` and `search` alone."""
    rows = found.sample.rows
    return {
        "format": REPORT_FORMAT,
        "dataset": dataset.name,
        "snapshot": recipe["snapshot"],
        "recipe": hash_recipe(recipe),
        "design": _design(dataset, card, found),
        "scores": card["evaluation"]["metrics"],
        "paired": compare_all(found.shipped, found.evaluations, rows.y),
        "decision": {
            "ensemble": found.shipped.ensemble,
            "inputs": found.shipped.inputs,
            "procedure": found.shipped.procedure,
            "why": list(found.shipped.why),
        },
        "calibration": _calibration(found),
        "confusion": confusion(found.nested, rows.y, rows.classes),
        "classes": score_classes(found.nested, rows.y, rows.classes, folds=found.evaluation.folds),
        "examined": examined.model | {"left_out": examined.left_out},
        "controls": examined.parts["controls"],
        "learning_curve": examined.parts["learning_curve"],
        "importance": examined.parts["importance"],
        "costs": _costs(found),
        "search": found.evaluation.search.to_json(),
        "agreement": _agreement(dataset, found),
        "fold_discovery": found.evaluation.discovery,
    }


def report_answers(recipe: Mapping[str, Any], found: Findings) -> dict[str, Any]:
    """Give what the shipped procedure answered about rows that were held out, to compare models by.

    `probabilities` are (R, n, k), `folds` (R, n), `rows` the n rows' numbers in the snapshot and `y` their
    places among `classes`. Of more rows than fit, a sample is given that is the same for every model.
    """
    rows = found.checked.rows[found.sample.labelled]
    most = MOST_BYTES // _bytes_per_row(found)
    kept = _sample(rows, found.checked.n_rows, most=most)
    return {
        "snapshot": recipe["snapshot"],
        "classes": list(found.rows.classes),
        "n_rows": len(rows),
        "rows": rows[kept].tolist(),
        "y": found.sample.rows.y[kept].tolist(),
        "folds": found.evaluation.folds[:, kept].tolist(),
        "probabilities": np.round(found.nested[:, kept], DIGITS).tolist(),
    }


def _bytes_per_row(found: Findings) -> int:
    """Bound what a row takes in the report's JSON, commas and brackets counted: no number is longer."""
    repeats, k = len(found.nested), len(found.rows.classes)
    row, y, fold = (len(str(most)) + 1 for most in (found.checked.n_rows, k, found.plan.outer_folds))
    return row + y + repeats * (fold + k * (DIGITS + 3) + 3)


def _sample(rows: NDArray[np.int64], n_rows: int, *, most: int) -> NDArray[np.int64]:
    """Draw places of at most so many of the numbered rows, ascending, by a lot that each number keeps."""
    lots = np.random.Generator(np.random.PCG64(n_rows)).permutation(n_rows)[rows]
    return np.sort(np.argsort(lots)[:most])


def _design(dataset: Dataset, card: Mapping[str, Any], found: Findings) -> dict[str, Any]:
    evaluation = card["evaluation"]
    if isinstance(dataset.labels, ColumnLabels):
        labels = f"the labels stand in the column {dataset.labels.column!r}"
    else:
        labels = "the labels are names of clusters; each fold finds its clusters anew in its training rows"
    is_left_open = "auto" in {dataset.training.ensemble, dataset.training.cluster_features}
    return {
        "outer_folds": evaluation["outer_folds"],
        "repeats": evaluation["repeats"],
        "inner_folds": evaluation["inner_folds"],
        "n_candidates": len(found.evaluation.search.completed),
        "n_rows": found.sample.n_labelled,
        "n_evaluated": len(found.sample.rows.y),
        "n_unlabelled": len(found.rows.unlabelled),
        "labels": labels,
        "method": evaluation["method"],
        "note": evaluation["note"],
        "caveats": [*([CHOSEN_HERE] if is_left_open else []), SETTINGS_OF_ALL],
    }


def _calibration(found: Findings) -> dict[str, Any]:
    """Measure what ships by its nested answers, and tell how its method was chosen beside the others."""
    chosen, y, folds = found.calibration, found.sample.rows.y, found.evaluation.folds
    nested = {"before": found.uncalibrated, "after": found.nested}
    measured = {name: measure_calibration(one, y, folds=folds) for name, one in nested.items()}
    crossfitted = {name: measure_calibration(one, y) for name, one in chosen.crossfitted.items()}
    methods = {
        name: {"log_loss": facts["log_loss"]} | _summarise(crossfitted[name])
        for name, facts in chosen.facts["methods"].items()
    }
    return {
        "chosen": chosen.calibration.method,
        "why": chosen.facts["why"],
        "methods": methods,
        "methods_note": CROSSFITTED,
        "by_fold": _count(found.evaluation.calibrations),
        "nested": {
            name: {"log_loss": log_loss(nested[name], y)} | _summarise(measured[name]) for name in nested
        },
        "reliability": {name: facts["bins"] for name, facts in measured.items()},
    }


def _summarise(measured: Mapping[str, Any]) -> dict[str, float]:
    return {
        "brier": measured["brier"],
        "ece": measured["expected_calibration_error"],
        "ece_by_chance": measured["expected_by_chance"],
    }


def _agreement(dataset: Dataset, found: Findings) -> dict[str, Any] | None:
    """Compare the discovery with the source's own kinds, if they came along; nothing was chosen by them."""
    if found.checked.truth is None:
        return None
    cluster = found.discovery.assignment.cluster
    return measure_agreement(found.checked.truth, cluster, noise=dataset.evaluation.noise)


def _count(names: list[str]) -> dict[str, int]:
    return {name: names.count(name) for name in sorted(set(names))}


def _costs(found: Findings) -> list[dict[str, Any]]:
    """Tabulate costs on the shipped inputs, with each candidate's share of what the search took."""
    measured = found.evaluation.costs
    whole = sum(one["search_cpu_s"] for one in measured)
    of = {_key(one): one["search_cpu_s"] / whole if whole else None for one in measured}
    each = [one | {"predict_cpu_s_per_row": one["predict_us_per_row"] / 1e6} for one in measured]
    return [line | {"share_of_search": of[_key(line)]} for line in costs(each)]


def _key(cost: Mapping[str, Any]) -> tuple[str, str]:
    return cost["member"], repr(sorted(cost["settings"].items()))
