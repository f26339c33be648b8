"""The rows of a large table that are evaluated, and what is said of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from herdbook.assignment import Assignment
from tests.fixtures.models import dataset_named
from training import sample as drawing
from training.member import MOST_ROWS
from training.plan import plan_evaluation
from training.reference import describe_answers
from training.sample import draw_sample
from training.split import FEWEST_PER_CLASS, Rows, require_enough

CLASSES = ("common", "rare", "seldom")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let so few rows be evaluated that a small table is a large one."""
    monkeypatch.setattr(drawing, "MOST_EVALUATED", 1_000)
    return drawing.MOST_EVALUATED


def make_rows(*counts: int, n_unlabelled: int = 0) -> Rows:
    """Make rows of so many of each class, each its own number, in an order that mixes them."""
    label = np.repeat(np.arange(-1, len(counts)), (n_unlabelled, *counts))
    label = np.random.default_rng(0).permutation(label)
    classes = CLASSES if len(counts) <= len(CLASSES) else tuple(str(place) for place in range(len(counts)))
    return Rows(np.arange(4.0 * len(label)).reshape(-1, 4), label, classes, label.copy(), {0: 0, 1: 1, 2: 2})


def test_small_table_is_evaluated_whole(few: int) -> None:
    """Up to the bound the sample is the table itself, the very object, and nothing is said."""
    rows = make_rows(few - 60, 60, n_unlabelled=few)

    sample = draw_sample(rows)

    assert sample.rows is rows
    assert (sample.is_part, sample.says) == (False, "")
    np.testing.assert_array_equal(sample.labelled, rows.labelled)


def test_large_table_gives_each_class_its_share(few: int) -> None:
    """A sample fills its bound but for roundings, keeps every share, and the unlabelled come on top."""
    rows = make_rows(8_000, 200, 1_800, n_unlabelled=5_000)

    sample = draw_sample(rows)

    np.testing.assert_array_equal(np.bincount(sample.rows.label + 1), [500, 800, 20, 180])
    assert len(sample.rows.y) == few
    assert "rare" not in sample.says


def test_rare_class_is_drawn_as_folds_need_it_and_no_further(few: int) -> None:
    """Scores count rows alike, so a rare class goes beyond its share by no more than that, and it is said."""
    sample = draw_sample(make_rows(98_000, 100, 1_900))

    counts = np.bincount(sample.rows.y)
    assert counts[1] == FEWEST_PER_CLASS
    assert few - len(counts) <= counts.sum() <= few
    np.testing.assert_allclose(counts[[0, 2]] / few, [0.98, 0.019], atol=0.01)
    assert "rare classes are 0.801 % of the sample and 0.1 % of the table" in sample.says


def test_drawn_rows_can_be_trained_on(few: int) -> None:
    """What is asked of a table holds for its sample, even of more classes than the bound has room for."""
    rows = make_rows(9_000, *[FEWEST_PER_CLASS] * few)

    require_enough(dataset_named("iris"), draw_sample(rows).rows)


def test_labelled_rows_come_first(few: int) -> None:
    """Rows without a label take no room of those with one, and have a bound of their own."""
    sample = draw_sample(make_rows(few - 60, 60, n_unlabelled=20 * few))

    np.testing.assert_array_equal(np.bincount(sample.rows.label + 1), [few, few - 60, 60])
    assert not sample.is_part
    assert sample.weights is None
    assert sample.says == "of 20,000 records without a label 1,000 were drawn into the folds"


def test_each_row_stands_for_others_of_its_class(few: int) -> None:
    """Weights make the table's counts of the sample's."""
    sample = draw_sample(make_rows(98_000, 100, 1_900))

    assert sample.weights is not None
    np.testing.assert_allclose(np.bincount(sample.rows.y, sample.weights), [98_000, 100, 1_900])
    said = np.eye(3)[sample.rows.y]
    nowhere = Assignment(np.zeros(1, np.int64), np.ones(1), np.zeros(1))
    told = describe_answers(CLASSES, said, nowhere, weights=sample.weights)
    assert told["label_shares"] == pytest.approx({"common": 0.98, "rare": 0.001, "seldom": 0.019})
    assert set(told["confidence_quantiles"].values()) == {1.0}


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

    assert sample.says.startswith(
        f"of 5,000 labelled records a sample of {len(sample.rows.y):,} was evaluated"
    )
    assert "what ships was then fitted to all" in sample.says


def test_same_table_gives_the_same_sample(few: int) -> None:
    """Two models of a table are tested on the same rows, whatever their seeds are."""
    first, again = (draw_sample(make_rows(4_000, 1_000)) for _ in range(2))

    np.testing.assert_array_equal(first.places, again.places)


def test_other_labels_keep_most_of_the_sample(few: int) -> None:
    """A row keeps its lot, so that models of a table whose labels were corrected can be compared."""
    rows = make_rows(4_000, 1_000)
    other = Rows(rows.accepted, np.roll(rows.label, 7), rows.classes)

    common = np.intersect1d(draw_sample(rows).places, draw_sample(other).places)

    assert len(common) > 0.9 * few


def test_members_are_bounded_by_the_rows_that_they_are_fitted_to() -> None:
    """A sample small enough for every member lets none in that the whole table is too large for."""
    rows = make_rows(500, 100, 100)
    n_fitted = MOST_ROWS["k_nearest_neighbors"] + 1

    plan = plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0, n_fitted=n_fitted)

    assert set(plan.passed_over) == {"rbf_svm", "k_nearest_neighbors"}
    assert plan.n_fitted == n_fitted
    assert plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0).passed_over == {}
