"""Scores: known values of small tables."""

from __future__ import annotations

import numpy as np
import pytest

from training.reference import golden_frame
from training.score import log_loss, measure_calibration, score_folds


def test_log_loss_bounds_what_was_never_seen() -> None:
    """A probability of zero for the truth costs as much as one in a million, not infinity."""
    found = log_loss(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0]))

    assert found == pytest.approx((-np.log(1e-6) - np.log(0.5)) / 2)


def test_scores_of_perfect_answers_are_perfect() -> None:
    """All right in every fold: accuracy and F1 of one, and an accuracy interval that still has a width."""
    y = np.arange(30) % 3

    scores = score_folds(np.eye(3)[y], y, np.arange(30) // 10)

    assert scores["accuracy"].value == scores["macro_f1"].value == 1
    assert scores["accuracy"].low == pytest.approx(0.8865, abs=1e-4)
    assert scores["log_loss"].value == 0


def test_calibration_measures_the_gap() -> None:
    """Confidence of 0.8 that is right half of the time is off by 0.3."""
    y = np.array([0, 1])

    found = measure_calibration(np.tile([0.8, 0.2], (2, 1)), y)

    assert found["expected_calibration_error"] == pytest.approx(0.3)
    assert found["brier"] == pytest.approx((0.08 + 1.28) / 2)


def test_golden_rows_are_made_up_from_values_that_occur() -> None:
    """Each value of a golden row occurs in its own column, so integers stay integers."""
    generator = np.random.default_rng(0)
    frame = np.column_stack([generator.integers(0, 5, 50), generator.random(50)]).astype(np.float64)

    golden = golden_frame(frame, np.arange(50) % 2, unlabelled=np.empty((0, 2)))

    assert golden.shape == (14, 2)
    assert all(np.isin(golden[:, place], frame[:, place]).all() for place in range(2))
