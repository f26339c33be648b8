"""Which booleans and categories count, and how rounded numbers are spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.discover.dither import dither, half_gaps
from training.discover.space import fit_space

KINDS = ("number", "boolean", "category")


def weightless(frame: np.ndarray) -> list[bool]:
    """Say of a number, a boolean and a category of three values which have no weight."""
    return np.isinf(fit_space(frame, KINDS, (0, 0, 3)).scale).tolist()


@pytest.fixture
def number() -> np.ndarray:
    """Give a number of 400 records."""
    return np.random.default_rng(0).normal(size=400)


def test_space_leaves_out_what_goes_with_no_other_feature(number: np.ndarray) -> None:
    """An independent boolean has no weight, and a category that follows a number has one."""
    boolean = np.random.default_rng(1).integers(0, 2, 400)

    frame = np.column_stack([number, boolean, np.digitize(number, [-1, 1])])

    assert weightless(frame) == [False, True, False]
    points = fit_space(frame, KINDS, (0, 0, 3)).place(frame)
    assert np.ptp(points, axis=0)[1] == 0


def test_space_keeps_two_that_go_with_each_other(number: np.ndarray) -> None:
    """A boolean and a category that agree tell something, whatever the numbers are."""
    boolean = np.random.default_rng(1).integers(0, 2, 400)

    assert weightless(np.column_stack([number, boolean, 2 * boolean])) == [False, False, False]


def test_space_keeps_all_where_no_number_spreads() -> None:
    """Booleans and categories alone are told apart by nothing else."""
    values = np.random.default_rng(1).integers(0, 2, (400, 2))

    assert weightless(np.column_stack([np.ones(400), values])) == [False, False, False]


def test_half_gaps_fill_the_room_between_whole_numbers() -> None:
    """Each shared value reaches half way to the nearer neighbour, never farther than the median gap asks."""
    column = np.repeat([1.0, 2.0, 3.0, 90.0, np.nan], 2)

    assert half_gaps(column).tolist() == [0.5] * 8 + [0.0] * 2


def test_half_gaps_of_different_values_are_0(number: np.ndarray) -> None:
    """What no two records share was not rounded."""
    assert not half_gaps(number).any()
    assert half_gaps(np.append(number, number[0])).nonzero()[0].tolist() == [0, 400]
    assert not half_gaps(np.ones(9)).any()


@given(arrays(np.float64, (20, 2), elements=st.floats(allow_infinity=False) | st.sampled_from([0.0, 1.0])))
def test_dither_keeps_order_and_leaves_booleans(frame: np.ndarray) -> None:
    """Spread values stay finite and do not overtake each other; missing ones stay missing."""
    spread = dither(frame, ("integer", "boolean"), np.random.default_rng(0))

    np.testing.assert_array_equal(spread[:, 1], frame[:, 1])
    np.testing.assert_array_equal(np.isnan(spread), np.isnan(frame))
    one, other = np.nonzero(frame[:, 0][:, None] < frame[:, 0][None, :])
    assert (spread[one, 0] <= spread[other, 0]).all()
    assert np.isfinite(spread[~np.isnan(frame)]).all()
