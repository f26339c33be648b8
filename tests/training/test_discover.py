"""Discovery: the clusters that are there, whatever the order, the units and the rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, f1_score

from benchmarks.discovery.table import make_table
from tests.fixtures.herd import ANIMALS, declare, make_animals
from training.discover import ClusterColumns, Scale, cluster_columns
from training.discover.fit import fit_clusters
from training.discover.scale import Parameters
from training.discover.space import fit_space, skewness

SCALE = Scale(share=0.05, factor=0.5)


def fit(frame: np.ndarray, scale: Scale | None = None) -> ClusterColumns:
    """Fit to a frame of numbers."""
    return ClusterColumns(scale=scale).fit(frame)


@pytest.mark.parametrize(("seed", "n_records"), [(0, 500), (1, 500), (2, 2_000)])
def test_clusters_of_animals_are_their_kinds(seed: int, n_records: int) -> None:
    """Four clusters; the adjusted Rand index over all rows, noise and outliers each a class, is ≥ 0.97."""
    frame, kind = make_animals(seed, n_records)

    clusters = cluster_columns(ANIMALS).fit(frame).clusters_

    found = clusters.assign(frame).cluster
    known = kind != "noise"
    assert clusters.n_clusters == 4
    assert adjusted_rand_score(kind, found) >= 0.97
    assert f1_score(~known, found == -1) >= 0.85


def test_clusters_of_a_new_kind_are_five() -> None:
    """The rule does not know how many kinds there are."""
    frame, _ = make_animals(0, 500, scenario="new_kind")

    assert cluster_columns(ANIMALS).fit(frame).clusters_.n_clusters == 5


def test_clusters_of_scattered_records_are_none() -> None:
    """Where nothing is, nothing is found: every record is an outlier."""
    frame = np.random.default_rng(0).uniform(size=(500, 3))

    columns = fit(frame)

    assert columns.clusters_.n_clusters == 0
    assert columns.clusters_.assign(frame).outlier.all()


def test_clusters_of_one_concentrated_group_are_one() -> None:
    """A Gaussian cloud is one cluster, and a record far outside is an outlier of it."""
    columns = fit(np.random.default_rng(0).normal(size=(300, 2)))

    found = columns.clusters_.assign(np.array([[0.0, 0.0], [9.0, 9.0]]))

    assert columns.clusters_.n_clusters == 1
    assert found.cluster.tolist() == [0, -1]
    assert found.membership[0] > 0 == found.membership[1]


def test_clusters_keep_one_that_no_point_leaves_before_it_splits() -> None:
    """Two pairs of dense groups are two whole clusters, though each pair parts again inside."""
    groups = [np.linspace(0, 1, 12) + centre for centre in (0, 1.5, 20, 21.5)]
    frame = np.concatenate(groups)[:, None]
    space = fit_space(frame, ["number"], [0])

    clusters = fit_clusters(frame, space, Parameters(min_cluster_size=10, min_samples=5))

    assert clusters.n_clusters == 2
    assert clusters.walk(frame).cluster.tolist() == [0] * 24 + [1] * 24


@pytest.mark.parametrize("n_records", range(1, 8))
def test_clusters_of_a_few_records_are_none(n_records: int) -> None:
    """A handful of records makes no cluster and no error."""
    frame = np.random.default_rng(0).normal(size=(n_records, 2))

    assert ClusterColumns().fit_transform(frame).shape == (n_records, 5)


def test_clusters_do_not_depend_on_units() -> None:
    """Grams for kilograms and millimetres for metres change no assignment."""
    frame, _ = make_animals(1, 500)
    changed = frame * np.array([1, 1_000, 1_000, 1, 1])

    first, second = (cluster_columns(ANIMALS).fit(rows).clusters_.assign(rows) for rows in (frame, changed))

    np.testing.assert_array_equal(first.cluster, second.cluster)
    np.testing.assert_allclose(first.membership, second.membership, atol=1e-6)


def test_clusters_do_not_depend_on_the_order_of_features() -> None:
    """Columns in another order change no assignment."""
    frame, _ = make_animals(2, 500)
    order = [4, 2, 0, 3, 1]
    kinds = [ANIMALS.features[place].type for place in order]

    first = cluster_columns(ANIMALS).fit(frame).clusters_.assign(frame)
    second = ClusterColumns(kinds).fit(frame[:, order]).clusters_.assign(frame[:, order])

    assert adjusted_rand_score(first.cluster, second.cluster) > 0.999


def test_clusters_use_categories() -> None:
    """A category that goes with a number tells groups apart, and a missing one is a value too."""
    generator = np.random.default_rng(0)
    colour = generator.integers(0, 3, 600).astype(np.float64)
    colour[::4] = np.nan
    length = np.nan_to_num(colour, nan=3) * 2 + generator.normal(size=600)
    dataset = declare(
        {"name": "colour", "type": "category", "values": ["red", "green", "blue"], "missing": True},
        {"name": "length", "type": "number"},
    )
    frame = np.column_stack([colour, length])

    found = cluster_columns(dataset).fit(frame).clusters_.assign(frame).cluster

    assert adjusted_rand_score(np.nan_to_num(colour, nan=3), found) > 0.9


def test_clusters_find_what_is_nested_within_a_boolean() -> None:
    """Two groups within one value of a boolean and one within the other are three clusters."""
    generator = np.random.default_rng(0)
    group = generator.integers(0, 3, 600)
    centre = np.array([[0.0, 0.0], [0.0, 4.0], [8.0, 4.0]])[group]
    frame = np.column_stack([centre + generator.normal(size=(600, 2)), group > 0])

    columns = ClusterColumns(["number", "number", "boolean"]).fit(frame)

    assert adjusted_rand_score(group, columns.clusters_.assign(frame).cluster) > 0.97


@pytest.mark.parametrize("name", ["boolean2 400", "category3 500", "poisson2 400", "rounded2 500"])
def test_clusters_are_not_made_of_independent_values(name: str) -> None:
    """Neither a boolean or category that goes with nothing else nor the gaps between whole numbers part."""
    table = make_table(name, 0)

    clusters = ClusterColumns(table.kinds, table.n_values).fit(table.frame).clusters_

    assert clusters.n_clusters <= 1


def test_columns_append_cluster_membership_and_score() -> None:
    """The frame stays in front of the three columns, and they are those of the clusters."""
    frame, _ = make_animals(3, 500)
    columns = cluster_columns(ANIMALS, scale=SCALE).fit(frame)

    transformed = columns.transform(frame)

    np.testing.assert_array_equal(transformed[:, :5], frame)
    np.testing.assert_array_equal(transformed[:, 5:], columns.clusters_.assign(frame).columns())
    assert columns.get_feature_names_out()[-3:].tolist() == ["cluster", "membership", "outlier_score"]


def test_columns_of_a_clone_are_the_same_and_unfitted() -> None:
    """scikit-learn may clone the step for every fold, and a refit gives the same columns."""
    frame, _ = make_animals(4, 500)
    columns = cluster_columns(ANIMALS).fit(frame)

    copied = clone(columns)

    assert not hasattr(copied, "clusters_")
    np.testing.assert_array_equal(copied.fit_transform(frame), columns.transform(frame))


def test_columns_ignore_the_target() -> None:
    """What is predicted never enters the clusters."""
    frame, kind = make_animals(5, 500)
    columns = cluster_columns(ANIMALS, scale=SCALE)

    with_target = clone(columns).fit(frame, kind).transform(frame)

    np.testing.assert_array_equal(with_target, columns.fit_transform(frame))


def test_columns_take_a_given_scale() -> None:
    """A scale that is given goes before the choice."""
    columns = ClusterColumns(scale=Scale(share=0.1, factor=0.25)).fit(make_animals(0, 500)[0])

    assert columns.choice_ is None
    assert (columns.clusters_.min_cluster_size, columns.clusters_.min_samples) == (50, 5)


def test_columns_of_many_records_are_fitted_on_a_fixed_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the stated number the rest is assigned, and the same frame gives the same sample."""
    monkeypatch.setattr("training.discover.columns.MAXIMUM_FIT_ROWS", 400)
    frame, kind = make_animals(6, 2_000)

    first, second = (cluster_columns(ANIMALS, scale=SCALE).fit(frame).clusters_ for _ in range(2))

    assert len(first.tree.points) == 400
    np.testing.assert_array_equal(first.tree.points, second.tree.points)
    assert adjusted_rand_score(kind, first.assign(frame).cluster) >= 0.95


def test_scale_grows_with_the_number_of_records() -> None:
    """More records ask for larger clusters and more neighbours, and few records keep a floor."""
    found = [Scale(share=0.05, factor=0.5).of(n) for n in (10, 150, 2_000, 20_000)]

    sizes = [(one.min_cluster_size, one.min_samples) for one in found]
    assert sizes == [(10, 5), (12, 6), (100, 22), (1_000, 70)]


def test_space_takes_the_logarithm_of_skewed_features_only() -> None:
    """A skewed feature that is never negative becomes less skewed; others are left as they are."""
    generator = np.random.default_rng(0)
    skewed, even = generator.lognormal(0, 2, 1_000), generator.normal(size=1_000)
    frame = np.column_stack([skewed, even, -skewed])

    space = fit_space(frame, ["number"] * 3, [0] * 3)

    assert (space.log_unit > 0).tolist() == [True, False, False]
    assert abs(skewness(space.place(frame)[:, 0])) < skewness(skewed) / 2
