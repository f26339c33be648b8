"""The division of the space around points: a place's box is found, and is small among many points."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from herdbook.cell import Cells

Points = NDArray[np.float64]
COORDINATES = st.floats(-1e9, 1e9) | st.integers(-2, 2).map(float)


def make_points(n: int) -> Points:
    """Give points of two numbers, one of five values and a boolean."""
    generator = np.random.default_rng(0)
    near = generator.normal(scale=(1.0, 0.02), size=(n, 2))
    return np.column_stack([near, generator.integers(0, 5, n), generator.integers(0, 2, n)])


LINE = np.linspace(0.0, 1.0, 50)[:, None].repeat(3, axis=1)
BELOW_HALF = np.full((9, 3), 0.5 - 2.0**-54)


@example(LINE, BELOW_HALF)
@given(arrays(np.float64, (50, 3), elements=COORDINATES), arrays(np.float64, (9, 3), elements=COORDINATES))
def test_find_one_is_find(points: Points, places: Points) -> None:
    """One place has the box that it has among others, wherever it lies."""
    cells = Cells(points, crowd=2, most=1_000)

    found = cells.find(np.ascontiguousarray(places.T))

    assert found.tolist() == [cells.find_one(place) for place in places]
    assert ((found >= 0) & (found < len(cells.centre))).all()


def test_find_gives_a_box_close_by() -> None:
    """A place among the points has a box of its own values, whose middle is not far off."""
    points, places = make_points(4_000), make_points(9_000)[4_000:]
    cells = Cells(points, crowd=3, most=10_000)

    centre = cells.centre[cells.find(np.ascontiguousarray(places.T))]

    inner = (np.abs(places[:, :2]) < (2.0, 0.04)).all(axis=1)
    assert inner.mean() > 0.8
    np.testing.assert_array_equal(centre[inner, 2:], places[inner, 2:])
    assert np.quantile(np.abs(centre - places)[inner][:, :2], 0.9) < 0.3


def test_cells_are_as_many_as_allowed() -> None:
    """Where boxes would be too many they are larger, or some are left out."""
    points = make_points(4_000)

    for most in (1_000, 100, 7, 1):
        cells = Cells(points, crowd=3, most=most)
        assert 0 < len(cells.centre) <= most
        assert cells.find(np.ascontiguousarray(points.T)).max() < most


def test_cells_divide_equal_points_and_single_ones() -> None:
    """Points that no halving can part, one point alone, and columns without an end of bits make boxes too."""
    wide = np.random.default_rng(0).normal(size=(60, 90))

    equal = np.tile([[0.0, 1.0, 1e9]], (30, 1))

    for points in (np.zeros((40, 2)), np.ones((1, 3)), equal, wide, wide.round()):
        cells = Cells(points, crowd=2, most=500)
        assert (cells.find(np.ascontiguousarray(points.T)) < len(cells.centre)).all()
