"""Examining an evaluation: controls, learning curve and importance, as far as the budget allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from herdbook.dataset import Dataset
from herdbook.package import FRAME
from training.card import Findings
from training.control import run_controls
from training.diagnose import learning_curve, permutation_importance
from training.diagnose.heldout import fit_rows
from training.member import Candidate
from training.pipeline import build_pipeline
from training.progress import Progress

DEAR = frozenset({"hist_gradient_boosting"})
"""Members that take so long to fit that nobody is examined by them while there is another."""

FITS = {"controls": 80, "importance": 5, "learning_curve": 25}
"""About how many fits each part takes: what a budget must have left is foretold from one fit by them."""


@dataclass(frozen=True, eq=False)
class Examined:
    """What came out, plain JSON: each part's findings or None, and why a part was left out, by its name."""

    model: dict[str, Any]
    parts: dict[str, Any]
    left_out: dict[str, str]


def examine(dataset: Dataset, found: Findings, *, left_s: float | None, progress: Progress) -> Examined:
    """Examine the procedure that ships by its best single member, without cluster features.

    A stand-in, since the vote would be fitted a hundred times over: a feature that leaks, or labels that are
    a rule, show in any good member. `left_s` is what a budget has left, in CPU-seconds.
    """
    candidate = _stand_in(found)
    make = partial(_make, build_pipeline(dataset, candidate.build(seed=found.plan.seed), inputs=FRAME))
    parts: dict[str, Any] = dict.fromkeys(FITS)
    left_out: dict[str, str] = {}
    progress.start("examine", len(FITS))
    begin = process_time()
    fit_s = _time_fit(make, found) if left_s is not None else 0.0
    for name, part in _parts(dataset, found, make).items():
        if left_s is not None and fit_s * FITS[name] > left_s - (process_time() - begin):
            left_out[name] = f"the budget had no more room for about {fit_s * FITS[name]:.1f} CPU-seconds"
        else:
            parts[name] = part()
        progress.advance()
    progress.finish(_say(parts))
    return Examined(_describe(candidate), parts, left_out)


def _parts(dataset: Dataset, found: Findings, make: Callable[[], Pipeline]) -> dict[str, Callable[[], Any]]:
    rows, seed = found.rows, found.plan.seed
    return {
        "controls": lambda: run_controls(
            dataset,
            rows.frame,
            rows.y,
            rows.classes,
            make=make,
            probabilities=found.nested,
            folds=found.evaluation.folds,
            cluster=found.discovery.assignment.cluster[rows.labelled],
            seed=seed,
        ),
        "importance": lambda: permutation_importance(dataset, rows.frame, rows.y, make=make, seed=seed),
        "learning_curve": lambda: learning_curve(rows.frame, rows.y, make=make, seed=seed),
    }


def _stand_in(found: Findings) -> Candidate:
    """Take the chosen candidate of the member with the lowest out-of-fold log-loss that is not dear."""
    completed = found.evaluation.search.completed
    losses = {
        name: scores["log_loss"].value
        for name, scores in found.evaluations[FRAME].scores(found.rows.y).items()
        if name in found.choice.places
    }
    affordable = [name for name in losses if name not in DEAR] or list(losses)
    return completed[found.choice.places[min(affordable, key=lambda name: losses[name])]]


def _make(pipeline: Pipeline) -> Pipeline:
    return clone(pipeline)


def _time_fit(make: Callable[[], Pipeline], found: Findings) -> float:
    begin = process_time()
    fit_rows(make, found.rows.frame, found.rows.y)
    return process_time() - begin


def _describe(candidate: Candidate) -> dict[str, Any]:
    says = (
        f"Controls, importance and learning curve were measured on {candidate.member.replace('_', ' ')} "
        "alone, without cluster features: the best member that is cheap enough to be fitted a hundred times."
    )
    return {"member": candidate.member, "settings": candidate.describe(), "inputs": FRAME, "says": says}


def _say(parts: dict[str, Any]) -> str:
    controls = parts["controls"]
    if controls is None:
        return "left out, for the budget"
    failed = [control["name"] for control in controls if control["passed"] is False]
    return f"{len(controls)} controls, " + (f"look at {', '.join(failed)}" if failed else "nothing to see")
