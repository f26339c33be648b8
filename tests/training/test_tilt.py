"""Wilson's interval for any row loss: Wilson's own for shares, and a width where every row was right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.interval import wilson
from training.score import score_folds
from training.tilt import MOST_ROWS, bound_mean, fold_inflation


@given(st.integers(2, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_has_wilsons_own_interval(counts: tuple[int, int]) -> None:
    """Of rights and wrongs the family is every share there is, so that the bounds are Wilson's."""
    n_wrong, n = counts
    wrong, y = np.tile([0.0, 1.0], (n, 1)), (np.arange(n) < n_wrong).astype(np.int64)

    mean, low, high = bound_mean(wrong, np.full((n, 2), 0.5), y, inflation=1.0)

    expected = wilson(n_wrong, n)
    assert (mean, low, high) == pytest.approx((expected.value, expected.low, expected.high), abs=1e-6)


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from([0.1, 1.0, 30.0]))
def test_bounds_enclose_the_score(seed: int, n_repeats: int, sharp: float) -> None:
    """Whatever the probabilities, the score lies in its interval, and the interval in what is possible."""
    generator = np.random.default_rng(seed)
    y, folds = generator.integers(0, 3, 40), np.tile(np.arange(40) % 5, (n_repeats, 1))
    odds = sharp * generator.normal(size=(n_repeats, 40, 3))
    probabilities = np.exp(odds) / np.exp(odds).sum(axis=2, keepdims=True)

    scores = score_folds(probabilities, y, folds)

    assert all(one.low <= one.value <= one.high and one.low < one.high for one in scores.values())
    assert all(one.low >= 0 and one.high <= 14 for one in scores.values())
    assert scores["accuracy"].high <= 1
    assert scores["macro_f1"].high <= 1


def test_bounds_leave_room_where_all_was_right() -> None:
    """Thirty sure and right answers are no proof of a log-loss of their own: the upper bound lies above."""
    y = np.arange(30) % 3
    probabilities = np.where(np.eye(3)[y] > 0, 0.9, 0.05)

    found = score_folds(probabilities, y, np.arange(30) % 5)["log_loss"]

    assert found.low == pytest.approx(-np.log(0.9))
    assert found.high > 0.3


def test_bounds_of_many_rows_are_those_of_a_plain_mean() -> None:
    """With rows enough for the normal law the bounds are 1.96 standard errors away, though a part is used."""
    generator = np.random.default_rng(1)
    first = generator.uniform(0.2, 0.8, 10 * MOST_ROWS)
    probabilities = np.column_stack([first, 1 - first])
    y = (generator.random(len(first)) > first).astype(np.int64)
    losses = -np.log(probabilities)

    mean, low, high = bound_mean(losses, probabilities, y, inflation=1.0)

    error = losses[np.arange(len(y)), y].std() / np.sqrt(len(y))
    assert (high - mean, mean - low) == pytest.approx((1.96 * error, 1.96 * error), rel=0.05)


def test_inflation_is_the_share_of_test_rows() -> None:
    """Five folds test one row for four they learn from; rows of a single fold need no correction."""
    assert [fold_inflation(n) for n in (1, 2, 5)] == [1, 2, 1.25]
