"""Clusters: assigning raw frames as hdbscan would, and their file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hdbscan import HDBSCAN, approximate_predict
from hdbscan.prediction import approximate_predict_scores
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_moons

from herdbook.clusters import Clusters
from herdbook.errors import PackageError
from tests.fixtures.herd import ANIMALS, make_animals
from training.discover import ClusterColumns, Scale, cluster_columns

Frame = NDArray[np.float64]
SCALE = Scale(share=0.05, factor=0.5)


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    """Clusters of 500 animals."""
    return cluster_columns(ANIMALS, scale=SCALE).fit(make_animals(0, 500)[0]).clusters_


def make_tables() -> dict[str, tuple[Frame, Frame]]:
    """Give tables to fit on and records to assign, many of them far from any cluster."""
    uniform = np.random.default_rng(0).uniform
    blobs = make_blobs(1_500, centers=6, n_features=3, random_state=0)[0]
    moons = make_moons(600, noise=0.08, random_state=0)[0]
    return {
        "animals": (make_animals(0)[0], make_animals(1, 3_000, noise=0.4)[0]),
        "blobs": (blobs, uniform(-12, 12, (3_000, 3))),
        "moons": (moons, uniform(-2, 3, (3_000, 2))),
    }


@pytest.mark.parametrize("name", ["animals", "blobs", "moons"])
def test_walk_equals_hdbscan(name: str) -> None:
    """Labels, memberships and scores are those of hdbscan, on new records and on those it was fitted to."""
    fitted, new = make_tables()[name]
    clusters = ClusterColumns(scale=SCALE).fit(fitted).clusters_
    sizes = {"min_samples": clusters.min_samples, "min_cluster_size": clusters.min_cluster_size}
    oracle = HDBSCAN(**sizes, approx_min_span_tree=False, prediction_data=True).fit(clusters.tree.points)

    for frame in (fitted, new):
        points = clusters.space.place(frame)
        cluster, membership = approximate_predict(oracle, points)
        found = clusters.walk(frame)

        np.testing.assert_array_equal(found.cluster, cluster)
        np.testing.assert_allclose(found.membership, membership, atol=1e-12)
        score = np.clip(approximate_predict_scores(oracle, points), 0, 1)
        np.testing.assert_allclose(found.outlier_score, score, atol=1e-12)


def test_assign_takes_what_lies_within_reach_of_a_member_and_nothing_else(clusters: Clusters) -> None:
    """A record beside a member joins its cluster; one far from all is an outlier without membership."""
    member = make_animals(0, 500)[0][int(np.flatnonzero(clusters.reach.point_cluster == 2)[0])]

    found = clusters.assign(np.array([member, member * 100]))

    assert found.cluster.tolist() == [2, -1]
    assert found.membership[0] > 0 == found.membership[1]


def test_assign_loses_few_members_and_keeps_out_noise(clusters: Clusters) -> None:
    """Of new animals fewer than 2 % are called outliers, of new noise more than 90 %."""
    frame, kind = make_animals(7, 4_000, noise=0.5)

    outlier = clusters.assign(frame).outlier

    assert outlier[kind != "noise"].mean() < 0.02
    assert outlier[kind == "noise"].mean() > 0.9


def test_threshold_tells_the_rule_as_plain_json(clusters: Clusters) -> None:
    """The false-alarm rate, and for each cluster its reach and the share of HDBSCAN's members beyond it."""
    told = json.loads(json.dumps(clusters.threshold, allow_nan=False))

    assert told["false_alarm_rate"] == 0.005
    assert len(told["reach"]) == len(told["share_beyond_reach"]) == clusters.n_clusters


@pytest.mark.parametrize("size", [1, 3, 5, 16])
@pytest.mark.parametrize("rule", ["assign", "walk"])
def test_record_is_told_the_same_alone_and_in_a_batch(clusters: Clusters, rule: str, size: int) -> None:
    """A record's answer does not depend on its batch-mates, bit for bit, nor on how many they are."""
    frame = make_animals(2, 4_000, noise=0.1)[0]
    tell = getattr(clusters, rule)

    parts = [tell(frame[start : start + size]).columns() for start in range(0, len(frame), size)]

    np.testing.assert_array_equal(np.vstack(parts), tell(frame).columns())


def test_assign_takes_more_rows_than_a_chunk(clusters: Clusters) -> None:
    """Rows beyond one chunk are assigned as the first ones are."""
    frame = make_animals(3, 100)[0]

    found = clusters.assign(np.tile(frame, (100, 1))).columns()

    np.testing.assert_array_equal(found, np.tile(clusters.assign(frame).columns(), (100, 1)))


def test_assign_of_no_records_is_empty(clusters: Clusters) -> None:
    """An empty frame gives an empty assignment."""
    found = clusters.assign(np.empty((0, clusters.n_features)))

    assert found.columns().shape == (0, 3)


def test_assign_takes_missing_values(clusters: Clusters) -> None:
    """A record of which nothing is known is assigned like any other."""
    found = clusters.assign(np.full((1, clusters.n_features), np.nan))

    assert np.isfinite(found.columns()).all()


@given(arrays(np.float64, (3, 5), elements=st.floats(allow_infinity=False)))
def test_assign_stays_in_its_bounds(clusters: Clusters, frame: Frame) -> None:
    """Whatever finite numbers a record holds, the answer is a known cluster and shares in 0..1."""
    found = clusters.assign(frame)

    assert set(found.cluster.tolist()) <= set(range(-1, clusters.n_clusters))
    assert ((found.columns()[:, 1:] >= 0) & (found.columns()[:, 1:] <= 1)).all()
    assert (found.outlier == (found.membership == 0)).all()


def test_assign_without_clusters_calls_everything_an_outlier() -> None:
    """Equal records make no cluster; each record is an outlier with the highest score."""
    clusters = ClusterColumns().fit(np.ones((100, 2))).clusters_

    found = clusters.assign(np.array([[1.0, 1.0], [2.0, 2.0]]))

    assert clusters.n_clusters == 0
    np.testing.assert_array_equal(found.columns(), [[-1.0, 0.0, 1.0]] * 2)


def test_assign_gives_equal_records_whole_membership() -> None:
    """Where equal records make a density infinite, members belong wholly."""
    frame = np.repeat([[0.0], [1.0]], 100, axis=0)
    clusters = ClusterColumns(scale=SCALE).fit(frame).clusters_

    found = clusters.assign(frame)

    assert clusters.n_clusters == 2
    assert (found.membership == 1).all()


def test_load_gives_what_was_saved(clusters: Clusters, tmp_path: Path) -> None:
    """Loaded clusters assign bit for bit as the saved ones."""
    frame = make_animals(4, 300)[0]
    clusters.save(tmp_path / "clusters.npz")

    loaded = Clusters.load(tmp_path / "clusters.npz")

    assert (loaded.min_samples, loaded.min_cluster_size) == (clusters.min_samples, clusters.min_cluster_size)
    np.testing.assert_array_equal(loaded.assign(frame).columns(), clusters.assign(frame).columns())


def test_load_reads_format_1_and_assigns_by_the_walk(clusters: Clusters, tmp_path: Path) -> None:
    """A file from before the outlier rule assigns as it did then, and is written again as it was."""
    frame = make_animals(4, 300)[0]
    old = Clusters(clusters.space, clusters.tree, min_samples=11, min_cluster_size=25)
    old.save(tmp_path / "clusters.npz")
    with np.load(tmp_path / "clusters.npz") as archive:
        assert int(archive["format"]) == 1
        assert "limit" not in archive.files

    loaded = Clusters.load(tmp_path / "clusters.npz")

    assert loaded.threshold is None
    np.testing.assert_array_equal(loaded.assign(frame).columns(), clusters.walk(frame).columns())


def test_save_writes_the_same_bytes_for_the_same_records(tmp_path: Path) -> None:
    """Two fits on the same frame give the same file."""
    for name in ("one.npz", "two.npz"):
        cluster_columns(ANIMALS, scale=SCALE).fit(make_animals(0, 500)[0]).clusters_.save(tmp_path / name)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_load_refuses_a_cut_file(clusters: Clusters, tmp_path: Path) -> None:
    """A file that was cut short is refused with a sentence."""
    path = tmp_path / "clusters.npz"
    clusters.save(path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(PackageError, match="cannot be read"):
        Clusters.load(path)


def test_load_refuses_a_missing_file(tmp_path: Path) -> None:
    """A package without clusters is refused with a sentence."""
    with pytest.raises(PackageError, match="cannot be read"):
        Clusters.load(tmp_path / "clusters.npz")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("format", 3, "format 3, this version reads 1 and 2"),
        ("fill", np.zeros(4), "do not fit together"),
        ("fill", np.full(5, np.nan), "do not fit together"),
        ("scale", np.array([1.0, 0.0, 1.0, 1.0, 1.0]), "do not fit together"),
        ("points", np.full((500, 5), np.nan), "do not fit together"),
        ("limit", np.zeros(3), "do not fit together"),
        ("point_cluster", np.full(500, 9), "do not fit together"),
        ("node_cluster", np.zeros(0, dtype=np.int64), "do not fit together"),
        ("point_node", np.full(500, 99), "do not fit together"),
        ("core", np.array([object()]), "cannot be read"),
    ],
)
def test_load_refuses_what_does_not_fit(
    clusters: Clusters, tmp_path: Path, name: str, value: object, said: str
) -> None:
    """Another format, arrays of the wrong size, indices that point nowhere and pickles are refused."""
    clusters.save(tmp_path / "clusters.npz")
    with np.load(tmp_path / "clusters.npz") as archive:
        arrays_ = dict(archive)
    np.savez(tmp_path / "clusters.npz", **(arrays_ | {name: np.asarray(value)}))

    with pytest.raises(PackageError, match=said):
        Clusters.load(tmp_path / "clusters.npz")
