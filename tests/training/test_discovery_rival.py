"""Other methods beside HDBSCAN, and how separable its clusters are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from tests.fixtures.view import LENGTHS, make_blobs, make_view
from training.discover.quantity import say_list, say_number, say_range, say_value
from training.discover.rival import fit_rivals
from training.discover.separability import distance_in_spreads, measure_separability


def test_rivals_find_round_groups_too() -> None:
    """Three round groups are three for k-means by silhouette and for mixtures by BIC, the same ones."""
    view = make_view(LENGTHS, make_blobs((0, 0, 0), (20, 0, 20), (0, 20, 20)))

    with threadpool_limits(1):
        rivals = fit_rivals(view)

    assert [rival["method"] for rival in rivals] == ["k-means", "Gaussian mixture"]
    for rival in rivals:
        assert rival["n_clusters"] == 3
        assert rival["adjusted_rand_index_in_clusters"] > 0.99
        assert f"{rival['method']} finds 3 groups" in rival["says"]


def test_rivals_of_equal_records_have_nothing_to_part() -> None:
    """Fewer than three different records are no task, and no error."""
    rivals = fit_rivals(make_view(LENGTHS, np.repeat([[0.0, 0, 0], [1, 1, 1]], 20, axis=0)))

    assert rivals[0]["n_clusters"] is None
    assert "nothing to part" in rivals[0]["says"]


def test_separability_is_the_mean_silhouette() -> None:
    """Overall and by cluster, and the nearest of three groups are named as a pair."""
    view = make_view(LENGTHS, make_blobs((0, 0, 0), (20, 20, 20), (60, 60, 60)), np.repeat([0, 1, 2], 150))

    measured = measure_separability(view)

    assert measured["silhouette"] == pytest.approx(silhouette_score(view.points, view.cluster))
    assert len(measured["by_cluster"]) == view.clusters.n_clusters == 3
    assert (measured["nearest_pairs"][0]["a"], measured["nearest_pairs"][0]["b"]) == (0, 1)
    assert "clusters 0 and 1 lie" in measured["says"]


def test_separability_of_no_cluster_is_nothing() -> None:
    """Without two clusters the sentence says that there is nothing to separate."""
    measured = measure_separability(make_view(LENGTHS, np.ones((20, 3))))

    assert measured["silhouette"] is None
    assert measured["nearest_pairs"] == []
    assert "nothing to separate" in measured["says"]


def test_distance_is_in_spreads_along_the_line_between() -> None:
    """A spread across the line does not count, and equal points have no spread at all."""
    generator = np.random.default_rng(0)
    a = generator.normal(size=(4_000, 2)) * [1, 50]
    a -= a.mean(axis=0)

    assert distance_in_spreads(a, a + np.array([10, 0])) == pytest.approx(10, rel=0.05)
    assert distance_in_spreads(np.zeros((3, 2)), np.ones((3, 2))) == float("inf")
    assert distance_in_spreads(a, a) == 0


def test_quantities_are_said_with_units() -> None:
    """Four digits, thousands apart, and the unit behind."""
    length = LENGTHS.features[0]

    assert say_value(length, 4_521.7) == "4,522 cm"
    assert say_value(length, float("nan")) == "missing"
    assert say_range(length, 0.00012345, 2) == "0.0001234 to 2 cm"
    assert say_range(length, 1.00001, 1.00002) == "1 cm"
    assert [say_number(value) for value in (0, -3, 123_456, 1e15)] == ["0", "-3", "123,500", "1e+15"]
    assert say_list(["a"]) == "a"
    assert say_list(["a", "b", "c"]) == "a, b and c"
