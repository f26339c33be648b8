"""Clusters: 100,000 records over 20 random clusterings, assigned as hdbscan itself does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hdbscan import HDBSCAN, approximate_predict
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from herdbook.clusters import Clusters
from herdbook.reach import Neighbours
from herdbook.space import Space
from tests.fixtures.herd import ANIMALS, make_animals
from tests.fixtures.models import ROOT
from training.discover import Scale, cluster_columns
from training.discover.fit import _tree

Points = NDArray[np.float64]
N_PLACES = 5_000
MIN_SAMPLES = 6
TIED = 1e-9
LIGHT = """
import sys
from pathlib import Path
import numpy as np
from herdbook.clusters import Clusters
clusters = Clusters.load(Path(sys.argv[1]))
for n in (1, 50):
    for assign in (clusters.assign, clusters.walk):
        assign(np.zeros((n, clusters.n_features)))
        assign(np.full((n, clusters.n_features), 1e12))
heavy = {"scipy", "sklearn", "hdbscan", "numba", "pandas"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""
CASES = [
    *[("blobs", n_dimensions) for n_dimensions in (2, 3, 4, 5, 8, 12, 20, 50)],
    *[("twins", n_dimensions) for n_dimensions in (2, 5, 20)],
    *[("duplicates", n_dimensions) for n_dimensions in (2, 3, 4)],
    *[("one cluster", n_dimensions) for n_dimensions in (2, 3, 4)],
    *[("all noise", n_dimensions) for n_dimensions in (2, 10, 50)],
]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Leave the other cores to other tests: for so few rows, threads cost more than they bring."""
    with threadpool_limits(1):
        yield


def make_points(kind: str, n_dimensions: int) -> tuple[Points, Points]:
    """Give points to cluster, and places that are points, near to them, or anywhere."""
    generator = np.random.default_rng(n_dimensions)
    clump, spread = generator.uniform(-8, 8, (5, n_dimensions)), generator.uniform(0.2, 1.0, (5, 1))

    def draw(n: int) -> Points:
        at = generator.integers(0, len(clump), n)
        return clump[at] + spread[at] * generator.normal(size=(n, n_dimensions))

    anywhere = generator.uniform(-10, 10, (N_PLACES // 5, n_dimensions))
    points = anywhere[:600] if kind == "all noise" else draw(int(generator.integers(300, 900)))
    if kind == "twins":
        points = np.repeat(points, 3, axis=0)
    places = np.vstack([points, anywhere, draw(N_PLACES)])[:N_PLACES]
    return (points.round(), places.round(1)) if kind == "duplicates" else (points, places)


def fit(kind: str, points: Points) -> tuple[Clusters, HDBSCAN]:
    """Fit hdbscan, and take its tree as clusters whose space leaves points as they are."""
    sizes = {"min_samples": MIN_SAMPLES, "min_cluster_size": len(points) if kind == "all noise" else 20}
    together = (
        {"allow_single_cluster": True, "cluster_selection_epsilon": 1e9} if kind == "one cluster" else {}
    )
    oracle = HDBSCAN(**sizes, **together, approx_min_span_tree=False, prediction_data=True).fit(points)
    core = KDTree(points).query(points, k=[MIN_SAMPLES])[0][:, 0]
    tree = _tree(points, core, oracle)
    if kind == "one cluster":  # training tells it otherwise, and hdbscan's labels leave members out of it
        known, nodes = oracle.prediction_data_, range(len(points), len(points) + len(tree.node_parent))
        cluster = np.array([known.cluster_map.get(node, -1) for node in nodes])
        peak = np.array([known.max_lambdas.get(node, 0.0) for node in nodes])
        tree = replace(tree, node_cluster=cluster, node_peak=peak)
    zeros, ones = np.zeros(points.shape[1]), np.ones(points.shape[1])
    space = Space(fill=zeros, log_unit=zeros, centre=zeros, scale=ones, n_values=zeros.astype(np.int64))
    return Clusters(space, tree, **sizes), oracle


def is_told_apart(clusters: Clusters, places: Points) -> NDArray[np.bool_]:
    """Say where rounding decides nothing: what hdbscan looks at, and which of it is nearest."""
    distance, index = KDTree(clusters.tree.points).query(places, k=np.arange(1, 2 * MIN_SAMPLES + 2))
    is_cut_clear = distance[:, -1] > distance[:, -2] * (1 + TIED)
    distance, index = distance[:, :-1], index[:, :-1]
    reach = Neighbours.of(distance, index, core=clusters.tree.core, min_samples=MIN_SAMPLES).reach
    best = reach.min(axis=1, keepdims=True)
    first, second = np.sort(np.where(reach <= best * (1 + TIED), distance, np.inf), axis=1)[:, :2].T
    return is_cut_clear & (second > first * (1 + TIED))


def is_answer_of_a_nearest(
    clusters: Clusters, places: Points, cluster: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say where a cluster is that of a point as near as any, however ties of what hdbscan looks at fall."""
    distance = cdist(places, clusters.tree.points)
    own, last = np.partition(distance, (MIN_SAMPLES, 2 * MIN_SAMPLES - 1), axis=1)[
        :, [MIN_SAMPLES, 2 * MIN_SAMPLES - 1]
    ].T[:, :, None]
    reach = np.maximum(np.maximum(distance, own), clusters.tree.core)
    surely_seen = np.where(distance < last * (1 - TIED), reach, np.inf).min(axis=1, keepdims=True)
    row, point = ((distance <= last * (1 + TIED)) & (reach <= surely_seen * (1 + TIED))).nonzero()
    with np.errstate(divide="ignore"):
        answer = clusters.tree.node_cluster[clusters.tree.climb(point, 1.0 / reach[row, point])]
    return np.bincount(row, answer == cluster[row], minlength=len(places)) > 0


@pytest.mark.integration
@pytest.mark.filterwarnings("ignore:Clusterer does not have any defined clusters")
@pytest.mark.parametrize(("kind", "n_dimensions"), CASES)
def test_walk_equals_hdbscan(kind: str, n_dimensions: int) -> None:
    """Clusters are equal and memberships within 1e-9; of equally near points, any one's cluster will do."""
    points, places = make_points(kind, n_dimensions)
    clusters, oracle = fit(kind, points)
    cluster, membership = approximate_predict(oracle, places)

    found = clusters.walk(places)

    is_sure = is_told_apart(clusters, places)
    np.testing.assert_array_equal(found.cluster[is_sure], cluster[is_sure])
    if kind != "duplicates":  # hdbscan divides by the infinite density of equal points
        np.testing.assert_allclose(found.membership[is_sure], membership[is_sure], rtol=0, atol=1e-9)
    assert is_answer_of_a_nearest(clusters, places, found.cluster).all()


@pytest.mark.parametrize("kind", ["blobs", "twins", "duplicates", "one cluster", "all noise"])
def test_walk_of_a_record_alone_is_that_among_others(kind: str) -> None:
    """A record alone is answered bit for bit as it is among others, whatever the clusters."""
    points, places = make_points(kind, 3)
    clusters, _ = fit(kind, points)

    together = clusters.walk(places).columns()[::50]

    alone = np.vstack([clusters.walk(place[None]).columns() for place in places[::50]])
    np.testing.assert_array_equal(alone, together)


@pytest.mark.integration
def test_clusters_assign_without_what_fits_them(tmp_path: Path) -> None:
    """Loading clusters and assigning imports none of SciPy, scikit-learn, hdbscan, numba and pandas."""
    columns = cluster_columns(ANIMALS, scale=Scale(share=0.05, factor=0.5)).fit(make_animals(0, 500)[0])
    columns.clusters_.save(tmp_path / "clusters.npz")

    command = [sys.executable, "-c", LIGHT, str(tmp_path / "clusters.npz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr
