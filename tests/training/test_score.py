"""Scores: known values of small tables."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score
from sklearn.metrics import log_loss as sklearn_log_loss

from training.interval import NOT_WIDENED, WIDENED, wilson
from training.reference import golden_frame
from training.score import log_loss, measure_calibration, score_classes, score_folds


def test_log_loss_bounds_what_was_never_seen() -> None:
    """A probability of zero for the truth costs as much as one in a million, not infinity."""
    found = log_loss(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0]))

    assert found == pytest.approx((-np.log(1e-6) - np.log(0.5)) / 2)


def test_scores_of_perfect_answers_are_perfect() -> None:
    """All right in every fold: accuracy and F1 of one, and an accuracy interval that still has a width."""
    y = np.arange(30) % 3

    scores = score_folds(np.eye(3)[y], y, np.arange(30) % 5)

    assert scores["accuracy"].value == scores["macro_f1"].value == 1
    assert scores["accuracy"].low == pytest.approx(wilson(24, 24).low, abs=1e-4)
    assert scores["log_loss"].value == scores["brier"].value == 0


def test_scores_are_those_of_scikit_learn() -> None:
    """Each score is scikit-learn's, averaged over repeats."""
    generator = np.random.default_rng(0)
    y, probabilities = generator.integers(0, 3, 60), generator.dirichlet(np.ones(3), (2, 60))

    found = score_folds(probabilities, y, np.tile(np.arange(60) % 5, (2, 1)))

    label = probabilities.argmax(axis=2)
    expected = [f1_score(y, one, average="macro") for one in label]
    assert found["macro_f1"].value == pytest.approx(np.mean(expected))
    assert found["accuracy"].value == pytest.approx((label == y).mean())
    assert found["log_loss"].value == pytest.approx(
        np.mean([sklearn_log_loss(y, one) for one in probabilities])
    )


def test_repeats_that_agree_narrow_nothing() -> None:
    """The same answers in three repeats give the interval of one: rows stay rows."""
    y, folds = np.arange(40) % 2, np.arange(40) % 5
    probabilities = np.random.default_rng(0).dirichlet(np.ones(2), 40)

    once, often = score_folds(probabilities, y, folds), score_folds(np.stack([probabilities] * 3), y, folds)

    assert all(often[name].low == pytest.approx(once[name].low) for name in once)
    assert all(often[name].high == pytest.approx(once[name].high) for name in once)


def test_classes_have_precision_and_recall() -> None:
    """Of 20 rows of a class 15 are found, among 25 that were told so; a class of ten is too rare."""
    y = np.repeat([0, 1], [20, 10])
    told = np.repeat([0, 1, 0], [15, 5, 10])

    first, second = score_classes(np.eye(2)[told], y, ["cat", "dog"])

    assert (first["recall"]["value"], first["precision"]["value"]) == (0.75, 0.6)
    assert (first["is_too_rare"], second["is_too_rare"]) == (False, True)
    assert second["recall"]["value"] == 0
    assert "too few" in second["says"]


def test_folds_widen_classes_and_bins() -> None:
    """With five folds a share of 100 rows is as sure as one of 80; without folds the method says so."""
    y, folds = (np.arange(100) >= 80).astype(np.int64), np.arange(100) % 5
    said = np.tile([0.8, 0.2], (100, 1))

    (widened, _), (plain, _) = (
        score_classes(said, y, ["cat", "dog"], folds=folds),
        score_classes(said, y, ["cat", "dog"]),
    )
    bins = measure_calibration(said, y, folds=folds)

    assert widened["precision"]["low"] == pytest.approx(wilson(64, 80).low)
    assert bins["bins"][0]["high"] == pytest.approx(wilson(64, 80).high)
    assert (widened["is_too_rare"], widened["precision"]["value"]) == (plain["is_too_rare"], 0.8)
    assert widened["recall"]["method"] == bins["interval"] == WIDENED
    assert plain["recall"]["method"] == NOT_WIDENED


def test_bins_hold_their_share_of_right_answers() -> None:
    """Eighty in a hundred right at a confidence of 0.8: no gap, and what chance would give."""
    y = (np.arange(100) >= 80).astype(np.int64)

    found = measure_calibration(np.tile([0.8, 0.2], (2, 100, 1)), y)

    (only,) = found["bins"]
    assert (only["n"], only["accuracy"], only["from"]) == (100, 0.8, 0.8)
    assert (only["low"], only["high"]) == pytest.approx((wilson(80, 100).low, wilson(80, 100).high))
    assert found["expected_calibration_error"] == pytest.approx(0)
    assert found["expected_by_chance"] == pytest.approx(0.0319, abs=1e-4)


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
