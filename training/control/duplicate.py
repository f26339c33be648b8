"""Duplicates across folds: records that the models were tested on after learning a copy of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.control.finding import Evidence, Finding, percent
from training.control.twin import MOST_QUERIES, NATURAL_SHARE, Exact, find_exact, find_near
from training.score import row_losses

NAME, TITLE = "duplicates", "No record is tested on after its copy was learned"
LEAST_SHARE = 0.01
"""A smaller share of records can move the accuracy by no more than this."""
COARSE_SHARE = 0.2
"""If more rows than this would coincide by chance, equal rows say nothing about copies."""


@dataclass(frozen=True, eq=False)
class _Twins:
    exact: Exact
    is_exact: NDArray[np.bool_]
    near: NDArray[np.int64]
    partner: NDArray[np.int64]
    n_asked: int


def check_duplicates(evidence: Evidence) -> Finding:
    """Find exact and near copies whose twin lies in another fold, and score without them."""
    exact = find_exact(evidence.frame, evidence.y, seed=evidence.seed)
    n = len(evidence.y)
    if exact.by_chance > COARSE_SHARE * n:
        says = (
            f"The features are so coarse that {percent(exact.by_chance / n)} of the records would equal "
            "another one by chance: copies cannot be told from coincidence. See to it that each record is "
            "ingested once."
        )
        return Finding(NAME, TITLE, None, says, {"share_by_chance": exact.by_chance / n})
    twins = _gather(evidence, exact)
    across = _find_across(evidence, twins)
    facts = _gather_facts(evidence, twins, across)
    return _judge(facts, has_copies=_has_copies(twins, n))


def _gather(evidence: Evidence, exact: Exact) -> _Twins:
    first = np.unique(exact.group, return_index=True)[1]
    near, partner = find_near(evidence.dataset, evidence.frame[first], seed=evidence.seed)
    return _Twins(exact, exact.has_twin, first[near], first[partner], min(len(first), MOST_QUERIES))


def _has_copies(twins: _Twins, n: int) -> tuple[bool, bool]:
    """Say whether there are more exact, and more near copies than chance explains."""
    exact = twins.exact
    excess = float(twins.is_exact.sum()) - exact.by_chance
    is_more = excess >= max(LEAST_SHARE * n, 3 * np.sqrt(exact.by_chance + 1))
    near = len(twins.near)
    natural = NATURAL_SHARE * twins.n_asked
    is_near = near - natural >= max(LEAST_SHARE * twins.n_asked, 3 * np.sqrt(natural + 1))
    return bool(is_more and exact.n_pairs > exact.n_pairs_but_one), bool(is_near)


def _find_across(evidence: Evidence, twins: _Twins) -> NDArray[np.bool_]:
    """Say of each row and repeat, shape (R, n), whether a twin of it was learned from when it was tested."""
    across = np.zeros(evidence.folds.shape, dtype=np.bool_)
    sizes = np.bincount(twins.exact.group)[twins.exact.group]
    for repeat, folds in enumerate(evidence.folds):
        here = np.unique(np.column_stack([twins.exact.group, folds]), axis=0, return_inverse=True)[1].ravel()
        across[repeat] = np.bincount(here)[here] < sizes
        across[repeat, twins.near] |= folds[twins.near] != folds[twins.partner]
    return across


def _gather_facts(evidence: Evidence, twins: _Twins, across: NDArray[np.bool_]) -> dict[str, Any]:
    group, y = twins.exact.group, evidence.y
    kinds = np.unique(np.column_stack([group, y]), axis=0)[:, 0]
    conflicting = twins.is_exact & (np.bincount(kinds, minlength=int(group.max()) + 1)[group] > 1)
    return {
        "n_exact": int(twins.is_exact.sum()),
        "n_exact_by_chance": twins.exact.by_chance,
        "n_conflicting": int(conflicting.sum()),
        "n_near": len(twins.near),
        "n_asked_for_near": twins.n_asked,
        "n_near_conflicting": int((y[twins.near] != y[twins.partner]).sum()),
        "share_across_folds": float(across.mean()),
        "scores": {"all": _score(evidence, ~np.zeros_like(across)), "without": _score(evidence, ~across)},
    }


def _score(evidence: Evidence, counted: NDArray[np.bool_]) -> dict[str, float | None]:
    if not counted.any():
        return {"accuracy": None, "log_loss": None}
    is_right = evidence.probabilities.argmax(axis=2) == evidence.y
    losses = np.stack([row_losses(one, evidence.y) for one in evidence.probabilities])
    return {"accuracy": float(is_right[counted].mean()), "log_loss": float(losses[counted].mean())}


def _judge(facts: dict[str, Any], *, has_copies: tuple[bool, bool]) -> Finding:
    found = [
        f"{facts[name]} {word}"
        for name, word, has in zip(("n_exact", "n_near"), ("exact", "near"), has_copies, strict=True)
        if has
    ]
    if not found:
        says = "No more records repeat another one, exactly or nearly, than coincidence explains."
        return Finding(NAME, TITLE, True, says, facts)
    whole, without = (facts["scores"][name]["accuracy"] for name in ("all", "without"))
    told = "every record has one"
    if without is not None:
        told = f"without them the accuracy is {percent(without)} instead of {percent(whole)}"
    conflicts = facts["n_conflicting"] + facts["n_near_conflicting"]
    disagree = f"; {conflicts:,} of the copies disagree about the label" if conflicts else ""
    says = (
        f"{' and '.join(found)} copies: {percent(facts['share_across_folds'])} of the records were tested "
        f"after a copy was learned, and {told}{disagree}. Ingest each record once, or the scores promise "
        "too much."
    )
    return Finding(NAME, TITLE, False, says, facts)
