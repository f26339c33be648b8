"""The space that records are clustered in."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from herdbook.space import FARTHEST, Space, to_log
from training.discover.space import fit_space

KINDS = ("number", "boolean", "category")
FRAMES = arrays(
    np.float64,
    (12, 3),
    elements=st.floats(allow_infinity=False) | st.just(np.nan) | st.sampled_from([0.0, 1.0]),
)


def make_space() -> Space:
    """Give the space of a number, a boolean and a category of three values."""
    return Space(
        fill=np.array([4.0, 0.0, 0.0]),
        log_unit=np.zeros(3),
        centre=np.array([2.0, 0.0, 0.0]),
        scale=np.array([2.0, 1.0, 1.0]),
        n_values=np.array([0, 0, 3]),
    )


def test_place_gives_a_coordinate_per_number_and_per_category_value() -> None:
    """Numbers are standardised, booleans stay, categories are one-hot."""
    points = make_space().place(np.array([[6.0, 1.0, 2.0]]))

    np.testing.assert_allclose(points, [[2.0, 1.0, 0.0, 0.0, np.sqrt(0.5)]])


def test_place_puts_two_categories_one_apart() -> None:
    """A change of category weighs as much as a change of a boolean."""
    points = make_space().place(np.array([[6.0, 1.0, 0.0], [6.0, 1.0, 2.0], [6.0, 0.0, 0.0]]))

    assert np.linalg.norm(points[0] - points[1]) == np.linalg.norm(points[0] - points[2]) == 1.0


def test_place_fills_missing_values() -> None:
    """A missing number is taken for its fill, a missing category holds no value."""
    points = make_space().place(np.full((1, 3), np.nan))

    np.testing.assert_array_equal(points, [[1.0, 0.0, 0.0, 0.0, 0.0]])


@given(FRAMES, FRAMES)
def test_place_is_finite_for_every_finite_record(fitted: np.ndarray, asked: np.ndarray) -> None:
    """Neither overflow nor division by zero reaches a coordinate."""
    space = fit_space(fitted, KINDS, (0, 0, 3))

    points = space.place(asked)

    assert points.shape == (12, space.n_dimensions)
    assert (np.abs(points) <= FARTHEST).all()


@given(
    asked=arrays(
        np.float64, (7, 4), elements=st.floats(allow_infinity=False) | st.sampled_from([0.0, 1.0, 2.0])
    ),
    units=st.lists(st.just(0.0) | st.floats(1e-300, 1e300), min_size=3, max_size=3),
    scale=st.lists(st.just(np.inf) | st.floats(1e-300, 1e300), min_size=4, max_size=4),
    centre=st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4),
)
def test_place_one_is_place_to_the_last_bit(
    asked: np.ndarray, units: list[float], scale: list[float], centre: list[float]
) -> None:
    """Missing, huge or tiny, with a logarithm or without, in a category's values or beside them."""
    space = Space(
        fill=np.array([4.0, -1e308, 0.0, 0.0]),
        log_unit=np.array([*units, 0.0]),
        centre=np.array(centre),
        scale=np.array(scale),
        n_values=np.array([0, 0, 0, 3]),
    )

    points = space.place(asked)

    assert [space.place_one(record).tobytes() for record in asked] == [point.tobytes() for point in points]


def test_place_one_takes_a_frame_without_numbers() -> None:
    """A category alone has its values for coordinates."""
    space = Space(*(np.array([value]) for value in (0.0, 0.0, 0.0, 1.0)), n_values=np.array([2]))

    assert space.place_one(np.array([1.0])).tolist() == [0.0, np.sqrt(0.5)]


def test_to_log_keeps_sign_and_order() -> None:
    """The logarithm is odd and leaves columns without a unit alone."""
    values = np.array([[-3.0, -3.0], [0.0, 0.0], [3.0, 3.0]])

    logged = to_log(values, np.array([1.0, 0.0]))

    np.testing.assert_allclose(logged[:, 0], [-np.log(4), 0, np.log(4)])
    np.testing.assert_array_equal(logged[:, 1], values[:, 1])
