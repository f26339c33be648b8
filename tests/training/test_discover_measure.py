"""What discovery measures on the way: validity, overlap, dimension, concentration and reach."""

from __future__ import annotations

import numpy as np
import pytest
from hdbscan import HDBSCAN
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import make_blobs

from training.discover.concentration import is_concentrated, measure_concentration
from training.discover.dimension import measure_dimension
from training.discover.look import Look
from training.discover.outlier import FALSE_ALARM_RATE, find_limit, limit_reach
from training.discover.overlap import measure_overlaps
from training.discover.space import fit_space
from training.discover.validity import measure_validity


@pytest.fixture
def generator() -> np.random.Generator:
    """Draw the same tables for every test, whichever ran before it."""
    return np.random.default_rng(0)


def concentration_of(frame: np.ndarray) -> float:
    """Measure the concentration of numbers."""
    width = frame.shape[1]
    return measure_concentration(frame, fit_space(frame, ["number"] * width, [0] * width), min_samples=8)


def test_validity_is_that_of_hdbscan() -> None:
    """On hdbscan's own labels it equals hdbscan's relative validity."""
    points = make_blobs(400, centers=4, random_state=0)[0]
    oracle = HDBSCAN(min_samples=10, min_cluster_size=20, gen_min_span_tree=True, approx_min_span_tree=False)
    labels = oracle.fit(points).labels_.astype(np.int64)

    validity = measure_validity(labels, Look(points, 10).spanning)

    assert validity == pytest.approx(oracle.relative_validity_)


def test_validity_of_fewer_than_two_clusters_is_0() -> None:
    """There is nothing that one cluster is parted from."""
    assert measure_validity(np.zeros(3, dtype=np.int64), np.array([[0, 1, 1.0], [1, 2, 1.0]])) == 0


def test_overlap_counts_the_most_similar_cluster() -> None:
    """Numbers do not matter, outliers are no cluster, and what is lost counts 0."""
    found, other = np.array([0, 0, 0, 1, 1, -1]), np.array([1, 1, 0, -1, -1, -1])

    assert measure_overlaps(found, other).tolist() == pytest.approx([2 / 3, 0])


@given(arrays(np.int64, 20, elements=st.integers(-1, 3)))
def test_overlap_with_itself_is_whole(cluster: np.ndarray) -> None:
    """A cluster that has records comes back in the same clustering."""
    present = np.unique(cluster[cluster >= 0])

    assert (measure_overlaps(cluster, cluster)[present] == 1).all()


def test_dimension_is_that_of_the_spread_and_not_of_the_features(generator: np.random.Generator) -> None:
    """A plane in six features has two dimensions; equal records have none."""
    plane = generator.uniform(size=(1_000, 2)) @ generator.normal(size=(2, 6))

    assert measure_dimension(plane) == pytest.approx(2, abs=0.25)
    assert measure_dimension(np.ones((50, 2))) == 0


@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_concentration_of_even_scatter_is_a_half(n_features: int, generator: np.random.Generator) -> None:
    """Scattered records have neighbours as far as scattered records have, in any dimension."""
    assert concentration_of(generator.uniform(size=(1_000, n_features))) == pytest.approx(0.5, abs=0.05)
    assert concentration_of(generator.integers(0, 9, (1_000, n_features)) * 1.0) < 0.6


def test_concentration_of_a_gaussian_is_high(generator: np.random.Generator) -> None:
    """A cloud has closer neighbours than what is scattered over its range."""
    frame = generator.normal(size=(500, 3))

    assert concentration_of(frame) > 0.8
    assert is_concentrated(frame, fit_space(frame, ["number"] * 3, [0] * 3), min_samples=8)


def test_concentration_does_not_take_a_rare_boolean_for_a_cluster(generator: np.random.Generator) -> None:
    """Booleans are scattered with the share that they have."""
    frame = np.column_stack([generator.uniform(size=(1_000, 2)), generator.random(1_000) < 0.05])
    space = fit_space(frame, ["number", "number", "boolean"], [0] * 3)

    assert measure_concentration(frame, space, min_samples=8) < 0.6


def test_limit_loses_the_stated_share_of_a_power_law_tail(generator: np.random.Generator) -> None:
    """Where reaches have the tail that is extrapolated, the false-alarm rate is as stated, noise or not."""
    reach = 1.0 / (1 - generator.random(100_000)) ** 0.5
    noisy = np.append(reach, np.full(5_000, 1e6))

    assert (reach > find_limit(reach)).mean() == pytest.approx(FALSE_ALARM_RATE, rel=0.15)
    assert (reach > find_limit(noisy)).mean() < FALSE_ALARM_RATE


@given(arrays(np.float64, 30, elements=st.floats(0, 1e300) | st.just(np.inf)))
def test_limit_is_finite_and_loses_no_half(reach: np.ndarray) -> None:
    """Whatever the reaches, tied or infinite, most finite ones lie within the limit."""
    limit = find_limit(reach)

    assert np.isfinite(limit)
    assert (reach[np.isfinite(reach)] <= limit).sum() * 2 >= np.isfinite(reach).sum()


def test_limit_of_tied_reaches_is_not_moved_by_their_last_digits() -> None:
    """Reaches between rounded values are tied but for rounding: their quantile is taken, and few are lost."""
    reach = np.concatenate([np.full(300, 0.5), np.full(500, np.nextafter(0.5, 1)), np.linspace(0.6, 2, 200)])

    assert (reach > find_limit(reach)).mean() <= FALSE_ALARM_RATE


def test_reach_lets_go_of_members_beyond_the_limit() -> None:
    """A member far from all others is no member any more, and its share is told."""
    reach, cluster = np.append(np.linspace(1, 1.2, 99), 50.0), np.zeros(100, dtype=np.int64)

    found = limit_reach(reach, cluster)

    assert found.point_cluster.tolist() == [0] * 99 + [-1]
    assert found.beyond.tolist() == [0.01]
