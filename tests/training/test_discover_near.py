"""Nearest points of the discovery: told as SciPy's tree tells them, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import KDTree

from training.discover.near import MOST_BY_TREE, Near


def draw(n: int, n_dimensions: int, *, step: float = 0.0) -> NDArray[np.float64]:
    """Draw points (n, n_dimensions), rounded to a step if there is one."""
    points = np.random.default_rng(n + n_dimensions).normal(size=(n, n_dimensions))
    return np.round(points / step) * step if step else points


CASES = {
    "few dimensions": draw(400, MOST_BY_TREE),
    "many dimensions": draw(600, 13),
    "all but the last neighbour": draw(12, 9),
    "some ties": np.vstack([draw(500, 8), draw(500, 8)[:40]]),
    "rounded": draw(500, 8, step=1.0),
    "all equal": np.zeros((60, 7)),
}


@pytest.mark.parametrize("points", CASES.values(), ids=CASES)
@pytest.mark.parametrize("k", [1, 11])
def test_near_answers_as_the_tree(points: NDArray[np.float64], k: int) -> None:
    """Distances and indices are the tree's to the last bit, also where points are equally near."""
    places = np.vstack([points, points[::7] + 0.25])

    distance, index = Near(points, k).query(places)

    expected = KDTree(points).query(places, k=np.arange(1, k + 1))
    np.testing.assert_array_equal(distance, expected[0])
    np.testing.assert_array_equal(index, expected[1])
    np.testing.assert_array_equal(Near(points, k).measure(places), expected[0][:, -1])


def test_near_finds_as_many_as_there_are() -> None:
    """All points may be asked for."""
    points = draw(20, 10)

    distance, index = Near(points, 20).query(points)

    assert distance.shape == (20, 20)
    assert (np.sort(index, axis=1) == np.arange(20)).all()
