"""Examining an evaluation: controls, learning curve and importance, as far as the budget allows.

Controls that fit nothing are run in any case; those that a budget leaves out are listed with the reason, for
a control that was not run is no good news.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from herdbook.dataset import Dataset
from herdbook.package import FRAME
from training.control import FREE, run_controls
from training.control.run import CONTROLS
from training.diagnose import learning_curve, permutation_importance
from training.diagnose.heldout import fit_rows
from training.diagnose.importance import count_answers
from training.findings import Findings
from training.member import Candidate
from training.pipeline import build_pipeline
from training.progress import Progress

DEAR = frozenset({"hist_gradient_boosting"})
"""Members that take so long to fit that nobody is examined by them while there is another."""

FITS = {"controls": 40, "importance": 5, "learning_curve": 25}
"""About how many fits each part takes: what a budget must have left is foretold from one fit by them."""

ASKED_ROWS = 4_096
"""At most so many rows are answered to tell what an answer takes."""


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
    frame = found.sample.rows.frame  # copies the rows, so it is taken once
    costs = _foretell(make, frame, found.sample.rows.y) if left_s is not None else {}
    for name, part in _parts(dataset, found, frame, make).items():
        if left_s is not None and costs[name] > left_s - (process_time() - begin):
            left_out[name] = f"the budget had no more room for about {costs[name]:.1f} CPU-seconds"
        else:
            parts[name] = part()
        progress.advance()
    if why := left_out.get("controls"):
        parts["controls"] = _run_free(_control(dataset, found, frame, make), why=why)
    progress.finish(_say(parts["controls"]))
    return Examined(_describe(candidate), parts, left_out)


def _run_free(control: Callable[..., list[dict[str, Any]]], *, why: str) -> list[dict[str, Any]]:
    """Run the controls that fit nothing, and list the others with the reason why they were not run."""
    found = {one["name"]: one for one in control(only=FREE)}
    unjudged: dict[str, Any] = {
        "passed": None,
        "is_run": False,
        "says": f"It was not run: {why}.",
        "facts": {},
    }
    return [found.get(name, {"name": name, "title": title} | unjudged) for name, title, _ in CONTROLS]


def _control(
    dataset: Dataset, found: Findings, frame: NDArray[np.float64], make: Callable[[], Pipeline]
) -> Callable[..., list[dict[str, Any]]]:
    rows = found.sample.rows
    return partial(
        run_controls,
        dataset,
        frame,
        rows.y,
        rows.classes,
        make=make,
        probabilities=found.nested,
        folds=found.evaluation.folds,
        cluster=found.discovery.assignment.cluster[found.sample.labelled],
        seed=found.plan.seed,
        totals=found.sample.counts if found.sample.is_part else None,
    )


def _parts(
    dataset: Dataset, found: Findings, frame: NDArray[np.float64], make: Callable[[], Pipeline]
) -> dict[str, Callable[[], Any]]:
    y, seed, n_table = found.sample.rows.y, found.plan.seed, found.sample.n_labelled
    return {
        "controls": _control(dataset, found, frame, make),
        "importance": lambda: permutation_importance(dataset, frame, y, make=make, seed=seed),
        "learning_curve": lambda: learning_curve(frame, y, make=make, seed=seed, n_table=n_table),
    }


def _stand_in(found: Findings) -> Candidate:
    """Take the chosen candidate of the member with the lowest out-of-fold log-loss that is not dear."""
    completed = found.evaluation.search.completed
    losses = {
        name: scores["log_loss"].value
        for name, scores in found.scores[FRAME].items()
        if name in found.choice.places
    }
    affordable = [name for name in losses if name not in DEAR] or list(losses)
    return completed[found.choice.places[min(affordable, key=lambda name: losses[name])]]


def _make(pipeline: Pipeline) -> Pipeline:
    return clone(pipeline)


def _foretell(
    make: Callable[[], Pipeline], frame: NDArray[np.float64], y: NDArray[np.int64]
) -> dict[str, float]:
    """Foretell by name what each part takes, from a fit and an answer: many features want many answers."""
    begin = process_time()
    fitted = fit_rows(make, frame, y)
    middle, asked = process_time(), frame[:ASKED_ROWS]
    if fitted is not None:
        fitted.predict_proba(asked)
    fit_s, ask_s = middle - begin, (process_time() - middle) / len(asked)
    costs = {name: fit_s * n_fits for name, n_fits in FITS.items()}
    costs["importance"] += ask_s * count_answers(*frame.shape)
    return costs


def _describe(candidate: Candidate) -> dict[str, Any]:
    says = (
        "What controls, importance and learning curve must fit is "
        f"{candidate.member.replace('_', ' ')} alone, without cluster features: the best member that is "
        "cheap enough to be fitted a hundred times."
    )
    return {"member": candidate.member, "settings": candidate.describe(), "inputs": FRAME, "says": says}


def _say(controls: list[dict[str, Any]]) -> str:
    failed = [control["name"] for control in controls if control["passed"] is False]
    n_left_out = sum(not control.get("is_run", True) for control in controls)
    left_out = f", {n_left_out} left out for the budget" if n_left_out else ""
    seen = f"look at {', '.join(failed)}" if failed else "nothing to see"
    return f"{len(controls) - n_left_out} controls{left_out}, {seen}"
