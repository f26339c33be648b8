"""Pairs of procedures: some equal in truth by symmetry, some that differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from benchmarks.evaluation.learner import Learner, Predict
from benchmarks.evaluation.simulate import Kind
from benchmarks.evaluation.table import Floats, Population
from training.engine.seed import fit_seed


@dataclass(frozen=True)
class Pair:
    """Two procedures on one kind of tables."""

    kind: Kind
    a: Learner
    b: Learner


def twins(k: int, d: int, *, apart: float, seed: int) -> Population:
    """Make 2 d features whose halves tell equally much: a learner of either half is worth the same."""
    half = np.random.default_rng(seed).normal(0, apart, (k, d))
    centres = np.hstack([half, half])

    def draw(n: int, generator: np.random.Generator) -> Floats:
        return centres[generator.integers(0, k, n)] + generator.normal(size=(n, 2 * d))

    def posterior(frame: Floats) -> Floats:
        return softmax(-((frame[:, None] - centres) ** 2).sum(axis=2) / 2, axis=1)

    return Population(draw, posterior)


def of_columns(fit: Learner, columns: slice) -> Learner:
    """Make a learner that sees some columns only."""

    def learner(frame: Floats, y: NDArray[np.int64], seed: int) -> Predict:
        predict = fit(frame[:, columns], y, seed)
        return lambda rows: predict(rows[:, columns])

    return learner


def salted(fit: Learner, salt: int) -> Learner:
    """Make a learner whose random numbers are others than those of the same fit with another salt."""

    def learner(frame: Floats, y: NDArray[np.int64], seed: int) -> Predict:
        return fit(frame, y, fit_seed(seed, salt))

    return learner


def halves(name: str, population: Population, n: int, repeats: int, fit: Learner) -> Pair:
    """Pair a learner on the first half of the features with the same on the second."""
    first, second = of_columns(salted(fit, 1), slice(0, 3)), of_columns(salted(fit, 2), slice(3, 6))
    return Pair(Kind(name, population, n, repeats), first, second)
