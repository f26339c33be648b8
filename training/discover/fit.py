"""Fitting HDBSCAN and keeping of it what assigning needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Clusters, Tree
from herdbook.space import Space
from training.discover.concentration import is_concentrated
from training.discover.near import Near
from training.discover.outlier import fit_reach, limit_reach
from training.discover.scale import Parameters

MAXIMUM_FIT_ROWS = 20_000
FEWEST_ROWS = 5


def fit_clusters(frame: NDArray[np.float64], space: Space, parameters: Parameters) -> Clusters:
    """Cluster a frame (n, n_features) in a fitted space; the same frame gives the same clusters.

    Where HDBSCAN finds nothing to part, the records are one cluster if they are concentrated.
    """
    points = space.place(frame)
    min_samples = max(1, min(parameters.min_samples, len(points) - 1))
    sizes = {"min_samples": min_samples, "min_cluster_size": parameters.min_cluster_size}
    if len(points) < FEWEST_ROWS or (points == points[0]).all():
        tree = _bare_tree(points)
        return Clusters(space, tree, **sizes, reach=limit_reach(np.zeros(len(points)), tree.point_node - 1))
    tree = _fit_tree(points, sizes)
    if tree.n_clusters == 0 and is_concentrated(frame, space, min_samples=min_samples):
        tree = replace(tree, node_cluster=np.zeros_like(tree.node_cluster))
    reach = fit_reach(points, tree.core, tree.node_cluster[tree.point_node], min_samples=min_samples)
    return Clusters(space, tree, **sizes, reach=reach)


def _fit_tree(points: NDArray[np.float64], sizes: Mapping[str, int]) -> Tree:
    from hdbscan import HDBSCAN  # noqa: PLC0415 - takes a second to import

    fitted = HDBSCAN(
        **sizes,
        algorithm="boruvka_kdtree",
        approx_min_span_tree=False,
        core_dist_n_jobs=1,
    ).fit(points)
    core = Near(points, sizes["min_samples"]).measure(points)
    return _tree(points, core, fitted)


def _bare_tree(points: NDArray[np.float64]) -> Tree:
    """Build the tree of points of which no cluster can be made."""
    n_points = len(points)
    root, none = np.zeros(1), np.zeros(n_points, dtype=np.int64)
    return Tree(
        points=points,
        core=np.zeros(n_points),
        point_node=none,
        point_density=np.zeros(n_points),
        node_parent=np.zeros(1, dtype=np.int64),
        node_density=root,
        node_cluster=np.full(1, -1, dtype=np.int64),
        node_peak=root,
        node_highest=root,
    )


def _tree(points: NDArray[np.float64], core: NDArray[np.float64], fitted: Any) -> Tree:
    """Take a condensed tree apart into arrays; hdbscan numbers its nodes from n, parents before children."""
    edges = fitted.condensed_tree_.to_numpy()
    n_points, n_nodes = len(points), int(edges["parent"].max()) - len(points) + 1
    to_point = edges["child"] < n_points
    leaves, splits = edges[to_point], edges[~to_point]
    point_node, point_density = np.zeros(n_points, dtype=np.int64), np.zeros(n_points)
    point_node[leaves["child"]] = leaves["parent"] - n_points
    point_density[leaves["child"]] = leaves["lambda_val"]
    node_parent, node_density = np.zeros(n_nodes, dtype=np.int64), np.zeros(n_nodes)
    node_parent[splits["child"] - n_points] = splits["parent"] - n_points
    node_density[splits["child"] - n_points] = splits["lambda_val"]
    own = np.zeros(n_nodes)
    finite = np.isfinite(edges["lambda_val"])
    np.maximum.at(own, edges["parent"][finite] - n_points, edges["lambda_val"][finite])
    cluster = _by_node(fitted.labels_, point_node, node_parent)
    return Tree(
        points=points,
        core=core,
        point_node=point_node,
        point_density=point_density,
        node_parent=node_parent,
        node_density=node_density,
        node_cluster=cluster,
        node_peak=_peaks(own, cluster, node_parent),
        node_highest=_highest(own, node_parent),
    )


def _by_node(
    labels: NDArray[np.int64], point_node: NDArray[np.int64], parent: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give every node the cluster of all points in and below it, -1 if they are not of one cluster.

    hdbscan's own prediction data does not serve: it looks for a cluster among the nodes that points leave, so
    it loses a cluster all of whose points leave below a split of it (0.8.44, `_select_clusters`).
    """
    lowest, highest = np.full(len(parent), len(labels)), np.full(len(parent), -1)
    np.minimum.at(lowest, point_node, labels)
    np.maximum.at(highest, point_node, labels)
    for node in range(len(parent) - 1, 0, -1):
        lowest[parent[node]] = min(lowest[parent[node]], lowest[node])
        highest[parent[node]] = max(highest[parent[node]], highest[node])
    return np.where(lowest == highest, highest, -1)


def _peaks(
    own: NDArray[np.float64], cluster: NDArray[np.int64], parent: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give every node the highest density of the node that its cluster was selected at."""
    peaks = own.copy()
    for node in range(1, len(own)):
        if cluster[node] >= 0 and cluster[node] == cluster[parent[node]]:
            peaks[node] = peaks[parent[node]]
    return peaks


def _highest(own: NDArray[np.float64], parent: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give every node the highest density in all that hangs below it."""
    highest = own.copy()
    for node in range(len(own) - 1, 0, -1):
        highest[parent[node]] = max(highest[parent[node]], highest[node])
    return highest
