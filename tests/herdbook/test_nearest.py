"""Nearest points: the same as SciPy's tree finds, however they are found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.spatial import KDTree

from herdbook.distance import rank, square_lengths
from herdbook.nearest import Nearest, list_points
from herdbook.pivot import Pivots
from herdbook.scan import Scan

Points = NDArray[np.float64]
SHAPES = [
    (30, 1, 10),
    (150, 4, 6),
    (2_000, 5, 12),
    (1_000, 50, 30),
    (5_000, 8, 33),
    (9_000, 2, 5),
    (20, 3, 20),
]


def make_points(n: int, n_dimensions: int) -> tuple[Points, Points]:
    """Give points in clumps of very unlike density, and places in, near and very far from them."""
    generator = np.random.default_rng(n)
    clump = generator.normal(scale=3, size=(6, n_dimensions))
    spread = generator.choice([0.001, 0.1, 1.0], 6)[:, None]
    at = generator.integers(0, 6, n)
    points = clump[at] + spread[at] * generator.normal(size=(n, n_dimensions))
    near = clump[generator.integers(0, 6, 300)] + generator.normal(size=(300, n_dimensions))
    far = generator.uniform(-1e9, 1e9, (20, n_dimensions))
    return points, np.vstack([points[:: n // 20], near, far])


def make_nearest(points: Points, k: int) -> Nearest:
    """Lay out points with lists around pivots, if these are of use."""
    return Nearest(points, k, list_points(points, k))


def assert_nearest(points: Points, places: Points, found: tuple[Points, NDArray[np.int64]]) -> None:
    """Assert that the distances are SciPy's bit for bit, and that the points lie at these distances."""
    distance, index = found
    told = KDTree(points).query(places, k=np.arange(1, distance.shape[1] + 1))[0]
    np.testing.assert_array_equal(distance, told)
    gap = points[index].transpose(2, 0, 1) - places.T[:, :, None]
    np.testing.assert_array_equal(np.sqrt(square_lengths(gap)), told)
    assert all(len(set(row)) == len(row) for row in index.tolist())


@pytest.mark.parametrize("shape", SHAPES)
def test_query_equals_scipy(shape: tuple[int, int, int]) -> None:
    """Distances are SciPy's to the last bit, in 1 to 50 dimensions, for places in the midst and far away."""
    n, n_dimensions, k = shape
    points, places = make_points(n, n_dimensions)

    for nearest in (make_nearest(points, k), Scan(points, k)):
        assert_nearest(points, places, nearest.query(places))


@pytest.mark.parametrize("n_dimensions", range(1, 18))
def test_square_lengths_equal_scipy(n_dimensions: int) -> None:
    """A sum of squares is taken in SciPy's order, whatever the number of dimensions."""
    points, places = make_points(100, n_dimensions)

    found = np.sqrt(square_lengths(points.T - places[-1][:, None]))

    np.testing.assert_array_equal(np.sort(found), KDTree(points).query(places[-1], k=np.arange(1, 101))[0])


@pytest.mark.parametrize("shape", SHAPES)
def test_query_of_one_place_is_that_among_others(shape: tuple[int, int, int]) -> None:
    """A place alone, and among few, has the same nearest points as among many, equally near ones too."""
    n, n_dimensions, k = shape
    points, places = (array.round(1) for array in make_points(n, n_dimensions))
    for nearest in (make_nearest(points, k), Scan(points, k)):
        distance, index = nearest.query(places)

        for size in (1, 3, 7):
            for start in range(0, len(places), 41):
                part = slice(start, start + size)
                found = nearest.query(places[part])
                np.testing.assert_array_equal(found[0], distance[part])
                np.testing.assert_array_equal(found[1], index[part])


@pytest.mark.parametrize("shape", [*SHAPES, (40, 50, 7)])
def test_query_within_is_query(shape: tuple[int, int, int]) -> None:
    """Whoever knows how far the k-th point lies at most finds the same points, equally near ones too."""
    n, n_dimensions, k = shape
    points, places = (array.round(1) for array in make_points(n, n_dimensions))
    scan = Scan(points, k)
    distance, index = scan.query(places)

    for size in (1, 2, 40, len(places)):
        for start in range(0, len(places), max(17, size)):
            part = slice(start, start + size)
            for factor in (1.0, 1.2, 3.0):
                found = scan.query_within(places[part], factor * distance[part, -1])
                np.testing.assert_array_equal(found[0], distance[part])
                np.testing.assert_array_equal(found[1], index[part])


def test_query_takes_the_first_of_equally_near_points() -> None:
    """Of points in the same place those with the lowest numbers are found, in order."""
    points = np.repeat([[0.0, 0.0], [1.0, 0.0]], 5_000, axis=0)

    for nearest in (make_nearest(points, 7), Scan(points, 7)):
        distance, index = nearest.query(np.tile([[0.9, 0.0], [0.1, 0.0]], (50, 1)))

        assert (index[::2] == np.arange(5_000, 5_007)).all()
        assert (index[1::2] == np.arange(7)).all()
        np.testing.assert_allclose(distance, 0.1)


def test_query_of_no_place_is_empty() -> None:
    """No places have no neighbours."""
    distance, index = make_nearest(make_points(500, 3)[0], 4).query(np.empty((0, 3)))

    assert distance.shape == index.shape == (0, 4)


def test_query_of_more_neighbours_shares_the_lists() -> None:
    """Lists that were made to find few points by find more of them too, and none is missed."""
    points, places = make_points(3_000, 2)
    pivots = list_points(points, 11)
    assert pivots is not None

    for k in (11, 20, pivots[-1].most, pivots[-1].most + 1):
        assert_nearest(points, places, Nearest(points, k, pivots).query(places))
        assert_nearest(points, places[:1], Nearest(points, k, pivots).query(places[:1]))


def test_pivots_prove_most_places_and_never_wrongly() -> None:
    """In few dimensions most new places are answered from a list, and what is called proven is right."""
    generator = np.random.default_rng(0)
    points, places = generator.normal(size=(4_000, 2)), generator.normal(size=(500, 2))
    places[-20:] *= 1e6

    told = KDTree(points).query(places, k=np.arange(1, 13))[0]
    for pivots in Pivots.of(points, 12):
        distance, _, is_proven = pivots.query(places, 12)

        assert is_proven[:-20].mean() > 0.7
        assert not is_proven[-20:].any()
        np.testing.assert_array_equal(distance[is_proven], told[is_proven])


@given(
    arrays(np.float64, (40, 2), elements=st.integers(-3, 3).map(float)),
    arrays(np.float64, (9, 2), elements=st.floats(-1e9, 1e9)),
    st.integers(1, 40),
)
def test_query_equals_scipy_on_grids(points: Points, places: Points, k: int) -> None:
    """Among points of which many are equal, distances are SciPy's too, from wherever one looks."""
    for nearest in (make_nearest(points, k), Scan(points, k)):
        for seen in (places, points[:9]):
            assert_nearest(points, seen, nearest.query(seen))


@given(arrays(np.float64, (5, 30), elements=st.sampled_from([0.0, 1.0, 1.0 + 2**-50, 4.0, np.inf])))
def test_rank_is_the_stable_order(square: Points) -> None:
    """Rows are ordered by distance, then by place, also where distances differ in their last bits only."""
    index = np.tile(np.arange(30), (5, 1))

    distance, ranked = rank(square, index, 12)

    order = square.argsort(axis=1, kind="stable")[:, :12]
    np.testing.assert_array_equal(ranked, order)
    np.testing.assert_array_equal(distance, np.sqrt(np.take_along_axis(square, order, axis=1)))


@pytest.mark.parametrize("shape", [(300, 4, 6), (40, 3, 6), (60, 1, 1), (2_000, 2, 11)])
@pytest.mark.parametrize("scale", [1e18, 1e26, 1e38, 1e39, 1e100])
def test_scan_beyond_single_precision_equals_scipy(shape: tuple[int, int, int], scale: float) -> None:
    """Where the near form would overflow, one place and many have the nearest points all the same."""
    n, n_dimensions, k = shape
    generator = np.random.default_rng(n)
    points = generator.normal(size=(n, n_dimensions))
    places = np.vstack([generator.normal(size=(9, n_dimensions)) * scale, points[:3]])
    scan = Scan(points, k)

    for size in (1, 3, 12):
        for start in range(0, 12, size):
            part = places[start : start + size]
            assert_nearest(points, part, scan.query(part))
