"""Cross-validate a learner on a table as training does, and look up the truth of its scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from benchmarks.evaluation.learner import Learner, Predict
from benchmarks.evaluation.table import Population
from training.engine.seed import fit_seed
from training.score import LEAST_PROBABILITY

Floats = NDArray[np.float64]

FOLDS = 5
FEWEST_PER_CLASS = 8


@dataclass(frozen=True)
class Kind:
    """A kind of tables: where `n` records come from and how often the folds are repeated."""

    name: str
    population: Population
    n: int
    repeats: int


@dataclass(frozen=True, eq=False)
class Table:
    """One table, drawn from its kind by `seed`, with its folds.

    Attributes
    ----------
    frame, y
        Features (n, d) and classes (n,).
    folds
        The fold that tests each row, (R, n).
    fresh, posterior
        Fresh records (m, d) and their true class probabilities (m, k).
    seed
        What the engine makes each fit's own seed of, together with the fit's place.
    """

    frame: Floats
    y: NDArray[np.int64]
    folds: NDArray[np.int64]
    fresh: Floats
    posterior: Floats
    seed: int


def draw(kind: Kind, seed: int, *, n_fresh: int) -> Table:
    """Draw a table, its stratified folds and fresh records."""
    generator = np.random.default_rng(seed)
    frame, y = kind.population.table(kind.n, generator, fewest=FEWEST_PER_CLASS)
    fresh = kind.population.draw(n_fresh, generator)
    folds = np.zeros((kind.repeats, kind.n), dtype=np.int64)
    for repeat in range(kind.repeats):
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=int(generator.integers(2**31)))
        for fold, (_, test) in enumerate(splitter.split(frame, y)):
            folds[repeat, test] = fold
    return Table(frame, y, folds, fresh, kind.population.posterior(fresh), int(generator.integers(2**20)))


def cross_validate(table: Table, fit: Learner) -> tuple[Floats, list[Predict]]:
    """Fit in every fold of every repeat; give out-of-fold probabilities (R, n, k) and the fitted models."""
    found = np.zeros((*table.folds.shape, table.posterior.shape[1]))
    models = []
    for repeat, folds in enumerate(table.folds):
        for fold in range(FOLDS):
            test = folds == fold
            models.append(fit(table.frame[~test], table.y[~test], fit_seed(table.seed, repeat, fold, 0)))
            found[repeat, test] = models[-1](table.frame[test])
    return found, models


def true_scores(predict: Predict, table: Table) -> dict[str, float]:
    """Give the expected scores of a fitted model on fresh records."""
    return expect_scores(predict(table.fresh), table.posterior)


def expect_scores(found: Floats, posterior: Floats) -> dict[str, float]:
    """Give the expected scores of answers (m, k) about records of true class probabilities (m, k).

    The true probabilities stand in for labels, which takes the labels' own noise out: 10,000 fresh
    records then say as much as some tens of thousands with labels.
    """
    k, label = found.shape[1], found.argmax(axis=1)
    is_right = posterior[np.arange(len(label)), label]
    told, true = np.bincount(label, minlength=k), posterior.sum(axis=0)
    hits = np.bincount(label, weights=is_right, minlength=k)
    losses = -np.log(np.clip(found, LEAST_PROBABILITY, 1.0))
    return {
        "accuracy": float(is_right.mean()),
        "macro_f1": float((2 * hits / (told + true)).mean()),
        "log_loss": float((posterior * losses).sum(axis=1).mean()),
        "brier": float(((found**2).sum(axis=1) + 1 - 2 * (posterior * found).sum(axis=1)).mean()),
    }
