"""The map, its sample, and the condensed tree as nodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from tests.fixtures.herd import ANIMALS, make_animals
from tests.fixtures.view import LENGTHS, make_blobs, make_view
from training.discover.plane import map_plane, principal_axes
from training.discover.sample import sample_strata
from training.discover.tree import MAXIMUM_NODES, list_nodes


@given(counts=st.lists(st.integers(1, 300), min_size=1, max_size=8), size=st.integers(10, 200))
def test_sample_holds_every_stratum(counts: list[int], size: int) -> None:
    """No more than asked for, none twice, and of each stratum at least one."""
    stratum = np.repeat(np.arange(len(counts)), counts)

    drawn = sample_strata(stratum, size, seed=0)

    assert len(drawn) <= max(size, 1)
    assert len(drawn) >= min(size, len(stratum)) - len(counts)
    assert (np.diff(drawn) > 0).all()
    assert set(stratum[drawn]) == set(stratum)


def test_sample_keeps_the_shares_of_large_strata() -> None:
    """Large strata are drawn from in their shares, and a small one a little more than that."""
    drawn = sample_strata(np.repeat([0, 1, 2], [100, 10_000, 10_000]), 1_000, seed=0)

    assert np.bincount(np.repeat([0, 1, 2], [100, 10_000, 10_000])[drawn]).tolist() == [33, 483, 483]


def test_axes_are_principal_components() -> None:
    """They explain what scikit-learn's do, and their largest loading is positive."""
    points = np.random.default_rng(0).normal(size=(200, 4)) * [3, 2, 1, 0.5]

    axes, explained = principal_axes(points - points.mean(axis=0))

    fitted = PCA(2).fit(points)
    assert explained == pytest.approx(fitted.explained_variance_ratio_)
    np.testing.assert_allclose(np.abs(axes), np.abs(fitted.components_), atol=1e-9)
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)


def test_map_shows_at_most_2000_records_of_every_cluster() -> None:
    """A larger table is drawn by a sample, and its axes are named by features."""
    view = make_view(ANIMALS, make_animals(0, 2_500)[0])

    drawn = map_plane(view)

    assert 1_900 < len(drawn["points"]) == drawn["n_shown"] <= 2_000
    assert {point[2] for point in drawn["points"]} == set(view.cluster.tolist())
    assert "log weight" in drawn["axes"][0]["says"]
    assert set(drawn["axes_feature_loadings"][0]) >= {"log weight", "log height", "has_wings"}


def test_map_is_not_turned_by_a_far_outlier() -> None:
    """Axes are those of the records in clusters, however far another lies."""
    frame = make_blobs((0, 0, 0), (20, 0, 0))
    far = np.vstack([frame, [[0, 1e7, 0]]])

    loadings = map_plane(make_view(LENGTHS, far))["axes_feature_loadings"][0]

    assert next(iter(loadings)) == "length"


def test_map_of_equal_records_is_a_point() -> None:
    """Where nothing varies, nothing is explained and nothing fails."""
    drawn = map_plane(make_view(LENGTHS, np.ones((20, 3))))

    assert drawn["explained"] == [0.0, 0.0]
    assert {tuple(point[:2]) for point in drawn["points"]} == {(0.0, 0.0)}
    assert drawn["axes"][0]["says"] == "nothing varies along it"


def test_tree_has_one_selected_node_of_each_cluster() -> None:
    """The root holds all records, a child fewer than its parent, and a node dies after it is born."""
    view = make_view(ANIMALS, make_animals(0, 500)[0])

    listed = list_nodes(view.clusters.tree)

    nodes = {node["node"]: node for node in listed["nodes"]}
    assert nodes[0]["n_points"] == 500
    selected = sorted(node["cluster"] for node in nodes.values() if node["is_selected"])
    assert selected == list(range(view.clusters.n_clusters))
    for node in listed["nodes"][1:]:
        assert node["n_points"] < nodes[node["parent"]]["n_points"]
        assert node["density_death"] is None or node["density_birth"] <= node["density_death"]


def test_tree_of_many_nodes_keeps_the_largest_with_their_parents() -> None:
    """A cut tree is still a tree."""
    generator = np.random.default_rng(0)
    view = make_view(LENGTHS, generator.normal(size=(100, 3)))
    tree = view.clusters.tree
    n_nodes = 2 * MAXIMUM_NODES
    chain = {
        name: np.resize(getattr(tree, name), n_nodes)
        for name in ("node_cluster", "node_peak", "node_highest")
    }
    parent = np.maximum((np.arange(n_nodes) - 1) // 2, 0)
    wide = type(tree)(
        **{name: getattr(tree, name) for name in ("points", "core", "point_density")},
        point_node=generator.integers(0, n_nodes, 100),
        node_parent=parent,
        node_density=np.arange(n_nodes, dtype=np.float64),
        **chain,
    )

    kept = [node["node"] for node in list_nodes(wide)["nodes"]]

    assert len(kept) == MAXIMUM_NODES
    assert set(parent[kept].tolist()) <= set(kept)
