"""HDBSCAN's condensed tree, as nodes: which groups of records split at which density."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Tree

MAXIMUM_NODES = 500


def list_nodes(tree: Tree) -> dict[str, Any]:
    """List the nodes of a condensed tree, the root first and parents before children.

    A density is 1 / distance in the clustering space; a node is born where its parent splits and dies where
    the last of its records leave or it splits itself. `is_selected` marks the node that a cluster is made of;
    what hangs below has the cluster's number too. Of more than 500 nodes the largest are kept.
    """
    sizes = _sizes(tree)
    death = _deaths(tree)
    order = np.lexsort((np.arange(len(sizes)), -sizes))
    kept = np.sort(order[:MAXIMUM_NODES])  # a parent is larger than its children, so none is orphaned
    return {
        "n_nodes": len(sizes),
        "nodes": [_node(tree, int(node), int(sizes[node]), float(death[node])) for node in kept],
    }


def _node(tree: Tree, node: int, n_points: int, death: float) -> dict[str, Any]:
    cluster, parent = int(tree.node_cluster[node]), int(tree.node_parent[node])
    return {
        "node": node,
        "parent": parent if node else None,
        "density_birth": _finite(float(tree.node_density[node])),
        "density_death": _finite(death),
        "n_points": n_points,
        "cluster": cluster if cluster >= 0 else None,
        "is_selected": cluster >= 0 and (node == 0 or int(tree.node_cluster[parent]) != cluster),
    }


def _finite(density: float) -> float | None:
    """Give None for the density of records that are equal."""
    return density if np.isfinite(density) else None


def _sizes(tree: Tree) -> NDArray[np.int64]:
    """Count the fitted records below each node."""
    sizes = np.bincount(tree.point_node, minlength=len(tree.node_parent))
    for node in range(len(sizes) - 1, 0, -1):
        sizes[tree.node_parent[node]] += sizes[node]
    return sizes


def _deaths(tree: Tree) -> NDArray[np.float64]:
    """Give the density at which each node is gone: its last record left, or it split."""
    death = tree.node_density.astype(np.float64).copy()
    np.maximum.at(death, tree.point_node, tree.point_density)
    np.maximum.at(death, tree.node_parent[1:], tree.node_density[1:])
    return death
