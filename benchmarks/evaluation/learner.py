"""Fast learners for the simulations; each gives a function from features to probabilities (n, k)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.special import softmax
from sklearn import config_context
from sklearn.tree import ExtraTreeClassifier

from training.score import log_loss

Floats = NDArray[np.float64]
Predict = Callable[[Floats], Floats]
Learner = Callable[[Floats, NDArray[np.int64], int], Predict]

NEIGHBORS = (3, 9, 27)
TREES = 15
STEPS = 25
STILL = 1e-6


def logistic(frame: Floats, y: NDArray[np.int64], _seed: int) -> Predict:
    """Fit multinomial logistic regression on standardised features by Newton's method.

    The optimum is that of scikit-learn's `LogisticRegression` with C = 1 (2 for two classes, whose one vector
    is two here), several times sooner on small tables.
    """
    mean, spread = frame.mean(axis=0), frame.std(axis=0)

    def widen(rows: Floats) -> Floats:
        return np.column_stack([np.ones(len(rows)), (rows - mean) / spread])

    wide, truth = widen(frame), np.eye(int(y.max()) + 1)[y]
    d, k = wide.shape[1], truth.shape[1]
    # the intercepts are free but for a trace that fixes their sum
    penalty = np.repeat([1e-9] + [1.0] * (d - 1), k)
    weights = np.zeros(d * k)
    for _ in range(STEPS):
        found = softmax(wide @ weights.reshape(d, k), axis=1)
        slope = (wide.T @ (found - truth)).ravel() + penalty * weights
        pairs = (wide[:, :, None] * found[:, None]).reshape(-1, d * k)
        bend = -pairs.T @ pairs
        for place in range(k):
            bend[place::k, place::k] += (wide * found[:, place, None]).T @ wide
        step = np.linalg.solve(bend + np.diag(penalty), slope)
        weights -= step
        if np.abs(step).max() < STILL:
            break
    return lambda rows: softmax(widen(rows) @ weights.reshape(d, k), axis=1)


def neighbors(frame: Floats, y: NDArray[np.int64], _seed: int) -> Predict:
    """Fit k-nearest neighbours, their number chosen by log-loss with each training row left out once."""
    mean, spread, k = frame.mean(axis=0), frame.std(axis=0), int(y.max()) + 1
    tree, one_hot = KDTree((frame - mean) / spread), np.eye(k)[y]
    near = tree.query((frame - mean) / spread, max(NEIGHBORS) + 1)[1][:, 1:]
    losses = {n: log_loss(one_hot[near[:, :n]].mean(axis=1), y) for n in NEIGHBORS}
    best = min(losses, key=lambda n: losses[n])
    return lambda rows: one_hot[tree.query((rows - mean) / spread, best)[1]].mean(axis=1)


def forest(frame: Floats, y: NDArray[np.int64], seed: int) -> Predict:
    """Fit a small forest of extremely randomised trees."""
    rows, target = frame.astype(np.float32), y.astype(np.float64)
    seeds = np.random.SeedSequence(seed).generate_state(TREES)
    # scikit-learn's checks cost more than the trees of so small a table
    with config_context(skip_parameter_validation=True, assume_finite=True):
        trees = [
            ExtraTreeClassifier(min_samples_leaf=3, random_state=int(one)).fit(
                rows, target, check_input=False
            )
            for one in seeds
        ]
    return lambda rows: np.mean([tree.tree_.predict(rows.astype(np.float32)) for tree in trees], axis=0)


def vote(frame: Floats, y: NDArray[np.int64], seed: int) -> Predict:
    """Fit the three and give the mean of what they say."""
    each = [fit(frame, y, seed) for fit in (logistic, neighbors, forest)]
    return lambda rows: np.mean([predict(rows) for predict in each], axis=0)
