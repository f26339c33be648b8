"""A task: one candidate on one split, however few rows and classes the split has."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from herdbook.dataset import MEMBERS
from training.engine.task import fit_member
from training.member import Candidate, list_candidates

PLAINEST = {one.member: one for one in reversed(list_candidates(MEMBERS, effort="quick", n_rows=1_000))}


def points(y: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Draw a point for each class place."""
    places = np.array(y, dtype=np.int64)
    noise = np.random.Generator(np.random.PCG64(0)).standard_normal((len(y), 2))
    return 3.0 * places[:, None] + noise, places


@pytest.mark.parametrize("member", MEMBERS)
def test_classes_that_were_never_seen_have_no_probability(member: str) -> None:
    """Columns of absent classes are zero, and each row sums to one."""
    inputs, y = points([1] * 9 + [3] * 9)

    with threadpool_limits(1):
        found = fit_member(PLAINEST[member], inputs, y, n_classes=5, seed=0).ask(inputs)

    assert found.shape == (18, 5)
    assert not found[:, [0, 2, 4]].any()
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


@pytest.mark.parametrize("member", MEMBERS)
def test_a_class_of_one_row_stops_no_member(member: str) -> None:
    """Every member fits; an SVM leaves the class out, since its calibration needs three."""
    inputs, y = points([0] * 9 + [1] * 9 + [2])

    with threadpool_limits(1):
        found = fit_member(PLAINEST[member], inputs, y, n_classes=3, seed=0).ask(inputs)

    np.testing.assert_allclose(found.sum(axis=1), 1.0)


@pytest.mark.parametrize(("y", "expected"), [([2] * 6, [0, 0, 1]), ([], [1 / 3] * 3)])
def test_one_class_is_certain_and_none_is_anybodys_guess(y: list[int], expected: list[float]) -> None:
    """Without a second class nothing is fitted."""
    inputs, places = points(y)

    found = fit_member(PLAINEST["rbf_svm"], inputs, places, n_classes=3, seed=0).ask(np.zeros((2, 2)))

    np.testing.assert_allclose(found, [expected, expected])


def test_neighbours_are_at_most_all_rows() -> None:
    """Three rows have no nine neighbours."""
    inputs, y = points([0, 1, 1])

    found = fit_member(
        Candidate("k_nearest_neighbors", (("n_neighbors", 9),)), inputs, y, n_classes=2, seed=0
    )

    np.testing.assert_allclose(found.ask(inputs), [[1 / 3, 2 / 3]] * 3)
