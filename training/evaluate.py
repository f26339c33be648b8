"""Nested cross-validation: what each member, the vote and a majority baseline are worth on rows never seen.

Every outer fold searches anew inside its training rows, so no row helps to choose what it judges (Varma and
Simon, BMC Bioinformatics 7, 2006). The outer folds also fit every candidate: from those out-of-fold
probabilities the shipped model's settings and weights are chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from training.interval import Interval
from training.member import INNER_FOLDS, Candidate, Effort, list_candidates
from training.progress import Progress
from training.score import score_folds
from training.search import Choice, choose, fit_candidates
from training.split import Rows, prepare_split, split_rows
from training.vote import combine

VOTE, SINGLE, MAJORITY = "vote", "best_single", "majority"


@dataclass(frozen=True)
class Plan:
    """What an evaluation will do: splits of the labelled rows, candidates and folds of the search inside."""

    splits: list[tuple[NDArray[np.int64], NDArray[np.int64]]]
    candidates: list[Candidate]
    inner_folds: int
    seed: int
    voting: str

    @property
    def fits_per_inputs(self) -> int:
        """Number of fits of members for one kind of inputs."""
        return len(self.splits) * (self.inner_folds + 1) * len(self.candidates)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Out-of-fold probabilities for one kind of inputs.

    Attributes
    ----------
    nested
        By member, vote, best single member and majority: shape (n, k), each row by models that never saw it.
    candidates
        Of every candidate: shape (m, n, k).
    folds
        The outer fold that tested each row, shape (n,).
    """

    nested: dict[str, NDArray[np.float64]]
    candidates: NDArray[np.float64]
    folds: NDArray[np.int64]

    def scores(self, y: NDArray[np.int64]) -> dict[str, dict[str, Interval]]:
        """Score each of them, with 95 % intervals."""
        return {name: score_folds(found, y, self.folds) for name, found in self.nested.items()}


def plan_evaluation(dataset: Dataset, rows: Rows, *, effort: Effort, seed: int) -> Plan:
    """Lay out the folds and candidates before anything is fitted."""
    splits = split_rows(rows, folds=dataset.training.folds, seed=seed)
    inner_folds = INNER_FOLDS[effort]
    n_smallest = len(splits[0][0]) * (inner_folds - 1) // inner_folds
    candidates = list_candidates(dataset.training.members, effort=effort, n_rows=n_smallest)
    return Plan(splits, candidates, inner_folds, seed, dataset.training.voting)


def evaluate(
    dataset: Dataset, rows: Rows, plan: Plan, *, inputs: Sequence[str], progress: Progress
) -> dict[str, Evaluation]:
    """Run the plan for each kind of inputs, one fit after the other.

    Not on threads: scikit-learn swaps the process's warning filters around parallel sections, and in threads
    they get lost.
    """

    def run(kind: str) -> Evaluation:
        found = [
            _run_fold(dataset, rows, plan, split=split, inputs=kind, tick=progress.advance)
            for split in plan.splits
        ]
        return _collect(rows, plan, found)

    return {kind: run(kind) for kind in inputs}


@dataclass(frozen=True, eq=False)
class _Fold:
    test: NDArray[np.int64]
    candidates: NDArray[np.float64]
    choice: Choice
    prior: NDArray[np.float64]


def _run_fold(
    dataset: Dataset,
    rows: Rows,
    plan: Plan,
    *,
    split: tuple[NDArray[np.int64], NDArray[np.int64]],
    inputs: str,
    tick: Callable[[], None],
) -> _Fold:
    train, test = rows.take(split[0]), rows.take(split[1])
    choice = _search_inside(dataset, train, plan, inputs=inputs, tick=tick)
    prepared = prepare_split(dataset, train, test, inputs=inputs)
    found = fit_candidates(plan.candidates, (prepared[0], train.y), prepared[1], seed=plan.seed, tick=tick)
    prior = np.bincount(train.y, minlength=len(rows.classes)) / len(train.y)
    return _Fold(split[1], found, choice, prior)


def _search_inside(
    dataset: Dataset, train: Rows, plan: Plan, *, inputs: str, tick: Callable[[], None]
) -> Choice:
    found = np.zeros((len(plan.candidates), len(train.y), len(train.classes)))
    for inner in split_rows(train, folds=plan.inner_folds, seed=plan.seed):
        part = train.take(inner[0])
        prepared = prepare_split(dataset, part, train.take(inner[1]), inputs=inputs)
        found[:, inner[1]] = fit_candidates(
            plan.candidates, (prepared[0], part.y), prepared[1], seed=plan.seed, tick=tick
        )
    return choose(plan.candidates, found, train.y)


def _collect(rows: Rows, plan: Plan, found: Sequence[_Fold]) -> Evaluation:
    n, k = len(rows.y), len(rows.classes)
    names = [*found[0].choice.places, VOTE, SINGLE, MAJORITY]
    nested = {name: np.zeros((n, k)) for name in names}
    candidates, folds = np.zeros((len(plan.candidates), n, k)), np.zeros(n, dtype=np.int64)
    for number, fold in enumerate(found):
        folds[fold.test] = number
        candidates[:, fold.test] = fold.candidates
        chosen = {name: fold.candidates[place] for name, place in fold.choice.places.items()}
        every = np.stack(list(chosen.values()))
        chosen[VOTE] = combine(every, fold.choice.weights, voting=plan.voting)
        chosen[SINGLE] = chosen[fold.choice.single]
        chosen[MAJORITY] = np.broadcast_to(fold.prior, (len(fold.test), k))
        for name, probabilities in chosen.items():
            nested[name][fold.test] = probabilities
    return Evaluation(nested, candidates, folds)
