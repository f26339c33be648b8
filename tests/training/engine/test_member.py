"""Members that large tables are too large for."""

from __future__ import annotations

import numpy as np

from herdbook.dataset import MEMBERS
from tests.training.engine.herd import flowers
from training.member import MOST_ROWS, Candidate, pass_over
from training.plan import plan_evaluation
from training.split import Rows


def test_slow_members_are_passed_over_beyond_their_bound() -> None:
    """An SVM takes 20,000 rows and no more, neighbours 100,000; the others any number."""
    assert not pass_over(MEMBERS, n_rows=MOST_ROWS["rbf_svm"])
    assert set(pass_over(MEMBERS, n_rows=20_001)) == {"rbf_svm"}
    assert set(pass_over(MEMBERS, n_rows=100_001)) == {"rbf_svm", "k_nearest_neighbors"}
    assert "20,001 rows" in pass_over(MEMBERS, n_rows=20_001)["rbf_svm"]


def test_the_only_member_that_is_asked_for_is_tried() -> None:
    """A model comes out, however long it takes."""
    assert not pass_over(("rbf_svm",), n_rows=1_000_000)


def test_plan_of_a_large_table_leaves_the_slow_member_out() -> None:
    """No candidate of it is planned, and the plan says why."""
    y = np.arange(20_002) % 2
    rows = Rows(np.full((len(y), 4), 5.0), y, ("a", "b"))

    plan = plan_evaluation(flowers(("rbf_svm", "random_forest")), rows, effort="quick", seed=0)

    assert {one.member for one in plan.candidates} == {"random_forest"}
    assert set(plan.passed_over) == {"rbf_svm"}


def test_leaves_are_carried_to_more_rows() -> None:
    """A leaf holds the same share of ten times as many rows; nothing else changes, nor with as many."""
    forest = Candidate("random_forest", (("min_samples_leaf", 5), ("max_features", "sqrt")))
    linear = Candidate("logistic_regression", (("C", 10.0),))

    assert forest.carry(10.02).settings == (("min_samples_leaf", 50), ("max_features", "sqrt"))
    assert [one.carry(1.0) for one in (forest, linear)] == [forest, linear]
    assert linear.carry(10.0) == linear
