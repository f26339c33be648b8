"""The rows of a large table that are evaluated, and what is said of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fixtures.models import dataset_named
from training import sample as drawing
from training.member import MOST_ROWS
from training.plan import plan_evaluation
from training.sample import draw_sample
from training.split import Rows

CLASSES = ("common", "rare", "seldom")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let so few rows be evaluated that a small table is a large one."""
    monkeypatch.setattr(drawing, "MOST_EVALUATED", 1_000)
    return drawing.MOST_EVALUATED


def make_rows(*counts: int, n_unlabelled: int = 0) -> Rows:
    """Make rows of three classes, each its own number, in an order that mixes them."""
    label = np.repeat(np.arange(-1, len(counts)), (n_unlabelled, *counts))
    label = np.random.default_rng(0).permutation(label)
    return Rows(np.arange(4.0 * len(label)).reshape(-1, 4), label, CLASSES, label.copy(), {0: 0, 1: 1, 2: 2})


def test_small_table_is_evaluated_whole(few: int) -> None:
    """Up to the bound the sample is the table itself, the very object, and nothing is said."""
    rows = make_rows(few - 60, 60)

    sample = draw_sample(rows)

    assert sample.rows is rows
    assert (sample.is_part, sample.says) == (False, "")
    np.testing.assert_array_equal(sample.labelled, rows.labelled)


def test_large_table_gives_each_class_its_share(few: int) -> None:
    """A sample fills its bound but for roundings, keeps shares, and scores a rare class too."""
    rows = make_rows(8_000, 20, 1_980, n_unlabelled=10_000)

    sample = draw_sample(rows)

    counts = np.bincount(sample.rows.label + 1)
    assert few - len(counts) <= counts.sum() <= few
    assert counts[2] == 20, "all rows of the rare class are drawn"
    np.testing.assert_allclose(counts[[0, 1, 3]] / few, [0.49, 0.39, 0.1], atol=0.02)


def test_drawn_rows_keep_what_is_known_of_them(few: int) -> None:
    """A drawn row stands where its place says, with its label and its cluster."""
    rows = make_rows(4_000, 40, 960)

    sample = draw_sample(rows)

    np.testing.assert_array_equal(sample.rows.accepted, rows.accepted[sample.places])
    np.testing.assert_array_equal(sample.rows.label, rows.label[sample.places])
    np.testing.assert_array_equal(sample.rows.cluster, sample.rows.label)
    np.testing.assert_array_equal(rows.label[sample.labelled], sample.rows.y)


def test_sample_is_said_in_numbers(few: int) -> None:
    """Who reads a card learns how many of how many records its figures rest on."""
    sample = draw_sample(make_rows(4_000, 1_000))

    assert sample.says.startswith(f"of 5,000 labelled records a sample of {len(sample.rows.y)} was evaluated")
    assert "what ships was then fitted to all" in sample.says


def test_same_table_gives_the_same_sample(few: int) -> None:
    """Two models of a table are tested on the same rows, whatever their seeds are."""
    first, again = (draw_sample(make_rows(4_000, 1_000)) for _ in range(2))

    np.testing.assert_array_equal(first.places, again.places)


def test_members_are_bounded_by_the_rows_that_they_are_fitted_to() -> None:
    """A sample small enough for every member lets none in that the whole table is too large for."""
    rows = make_rows(500, 100, 100)
    n_fitted = MOST_ROWS["k_nearest_neighbors"] + 1

    plan = plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0, n_fitted=n_fitted)

    assert set(plan.passed_over) == {"rbf_svm", "k_nearest_neighbors"}
    assert plan.n_fitted == n_fitted
    assert plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0).passed_over == {}
