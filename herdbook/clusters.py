"""What assigning a record to an HDBSCAN cluster needs, and nothing that fits one.

The walk is that of `hdbscan.approximate_predict` (McInnes, Healy, Astels 2017), over all rows at once: find
the training point that is nearest by mutual reachability, then climb its condensed tree until the new point's
density suffices.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.canonical import ZIP_TIME
from herdbook.errors import PackageError
from herdbook.space import Space

CLUSTERS_FORMAT = 1
ROWS_AT_ONCE = 8_192
CURE = 'promote another model (`herdbook promote TAG --why "…"`), or train again (`herdbook train --again`)'


@dataclass(frozen=True, eq=False)
class Assignment:
    """Where n records lie: cluster (-1 is none), membership and outlier score in 0..1, each of shape (n,)."""

    cluster: NDArray[np.int64]
    membership: NDArray[np.float64]
    outlier_score: NDArray[np.float64]

    @property
    def outlier(self) -> NDArray[np.bool_]:
        """Whether a record lies in no cluster, shape (n,)."""
        outlier: NDArray[np.bool_] = self.cluster == -1
        return outlier

    def columns(self) -> NDArray[np.float64]:
        """Give the three cluster features as columns, shape (n, 3)."""
        return np.column_stack([self.cluster.astype(np.float64), self.membership, self.outlier_score])


@dataclass(frozen=True, eq=False)
class Tree:
    """A condensed tree over n points and m nodes; node 0 is the root. A density is 1 / distance.

    Attributes
    ----------
    points : (n, n_dimensions) the points that were clustered
    core : (n,) distance of each to its `min_samples`-th neighbour, itself counted
    point_node, point_density : (n,) the node that a point leaves, and at which density
    node_parent, node_density : (m,) the node above, and the density at which a node splits from it
    node_cluster : (m,) the selected cluster that a node belongs to; -1 if none
    node_peak : (m,) density at which membership of the node's cluster is whole; 0 if every density is
    node_highest : (m,) highest finite density below a node, the measure of outlier scores; 0 if there is none
    """

    points: NDArray[np.float64]
    core: NDArray[np.float64]
    point_node: NDArray[np.int64]
    point_density: NDArray[np.float64]
    node_parent: NDArray[np.int64]
    node_density: NDArray[np.float64]
    node_cluster: NDArray[np.int64]
    node_peak: NDArray[np.float64]
    node_highest: NDArray[np.float64]


class Clusters:
    """Fitted clusters that take raw frames: a space, a condensed tree and `min_samples`."""

    format = CLUSTERS_FORMAT

    def __init__(self, space: Space, tree: Tree, *, min_samples: int, min_cluster_size: int) -> None:
        self.space = space
        self.tree = tree
        self.min_samples = min_samples
        self.min_cluster_size = min_cluster_size

    @property
    def n_clusters(self) -> int:
        """Number of clusters; they are numbered from 0."""
        return int(self.tree.node_cluster.max()) + 1

    @property
    def n_features(self) -> int:
        """Number of columns of a frame."""
        return self.space.n_features

    @cached_property
    def _neighbours(self) -> Any:
        from scipy.spatial import KDTree  # noqa: PLC0415 - a service that needs no clusters starts without scipy

        return KDTree(self.tree.points)

    def assign(self, frame: NDArray[np.float64]) -> Assignment:
        """Assign each record of a raw frame (n, n_features).

        Cluster and membership are those of `hdbscan.approximate_predict`, the outlier score is that of
        `approximate_predict_scores` cut to 0..1. Only where `min_samples` equal records make a density
        infinite do they differ: there hdbscan gives members a membership of 0 or NaN.
        """
        chunks = [frame[start : start + ROWS_AT_ONCE] for start in range(0, len(frame), ROWS_AT_ONCE)]
        found = [self._assign_chunk(chunk) for chunk in chunks or [frame]]
        return Assignment(
            np.concatenate([part.cluster for part in found]),
            np.concatenate([part.membership for part in found]),
            np.concatenate([part.outlier_score for part in found]),
        )

    def _assign_chunk(self, frame: NDArray[np.float64]) -> Assignment:
        tree = self.tree
        neighbour, density, known = self._nearest(self.space.place(frame))
        node = self._climb(neighbour, density)
        cluster = tree.node_cluster[node]
        membership = np.where(cluster >= 0, _share(density, tree.node_peak[node]), 0.0)
        if self.n_clusters == 0:
            return Assignment(cluster, membership, np.ones(len(frame)))
        own = np.where(known, tree.point_density[neighbour], density)
        score = 1.0 - _share(own, tree.node_highest[tree.point_node[neighbour]])
        return Assignment(cluster, membership, score)

    def _nearest(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
        """Give the nearest training point by mutual reachability, the density there, and if it is equal."""
        n_neighbours = min(2 * self.min_samples, len(self.tree.points))
        distance, index = self._neighbours.query(points, k=np.arange(1, n_neighbours + 1))
        own_core = distance[:, [min(self.min_samples, n_neighbours - 1)]]
        reach = np.maximum(np.maximum(distance, own_core), self.tree.core[index])
        best = reach.argmin(axis=1)[:, None]
        shortest = np.take_along_axis(reach, best, axis=1)[:, 0]
        with np.errstate(divide="ignore"):
            density = 1.0 / shortest
        neighbour = np.take_along_axis(index, best, axis=1)[:, 0].astype(np.int64)
        return neighbour, density, distance[:, 0] == 0

    def _climb(self, neighbour: NDArray[np.int64], density: NDArray[np.float64]) -> NDArray[np.int64]:
        """Climb from each neighbour's node, shape (n,), to the first that is no denser than the new point."""
        tree = self.tree
        node = tree.point_node[neighbour].copy()
        moving = tree.point_density[neighbour] > density
        while True:
            moving = moving & (node > 0) & (tree.node_density[node] >= density)
            if not moving.any():
                return node
            node = np.where(moving, tree.node_parent[node], node)

    def save(self, path: Path) -> None:
        """Write an `.npz` without pickle, whose bytes depend on the clusters alone."""
        arrays: dict[str, Any] = {"format": self.format}
        arrays |= {"min_samples": self.min_samples, "min_cluster_size": self.min_cluster_size}
        arrays |= _arrays(self.space) | _arrays(self.tree)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, array in arrays.items():
                body = BytesIO()
                np.lib.format.write_array(body, np.asarray(array), version=(1, 0), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{name}.npy", ZIP_TIME)
                entry.create_system = 3
                archive.writestr(entry, body.getvalue())

    @classmethod
    def load(cls, path: Path) -> Clusters:
        """Read what `save` wrote.

        Raises
        ------
        PackageError
            The file is missing, damaged or of another format.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            got = int(arrays["format"])
            if got != CLUSTERS_FORMAT:
                problem = f"{path.name} has format {got}, this version reads {CLUSTERS_FORMAT}"
                raise PackageError(path.parent.name, problem=problem, cure="train again with this version")
            space = Space(**{field.name: arrays[field.name] for field in fields(Space)})
            tree = Tree(**{field.name: arrays[field.name] for field in fields(Tree)})
            sizes = {name: int(arrays[name]) for name in ("min_samples", "min_cluster_size")}
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            problem = f"{path.name} cannot be read: {error}"
            raise PackageError(path.parent.name, problem=problem, cure=CURE) from None
        _refuse_if_broken(path, space, tree)
        return cls(space, tree, **sizes)


def _arrays(part: Space | Tree) -> dict[str, NDArray[Any]]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def _share(density: NDArray[np.float64], peak: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how far a density reaches to a peak, in 0..1; a peak of 0 is reached by every density."""
    whole = (peak <= 0) | (density >= peak)
    return np.where(whole, 1.0, density / np.where(whole, 1.0, peak))


def _refuse_if_broken(path: Path, space: Space, tree: Tree) -> None:
    """Refuse arrays whose shapes or indices do not fit together."""
    n_points, n_nodes = len(tree.points), len(tree.node_parent)
    fits = (
        all(len(array) == space.n_features for array in _arrays(space).values())
        and tree.points.shape == (n_points, space.n_dimensions)
        and all(len(array) == n_points for array in (tree.core, tree.point_node, tree.point_density))
        and all(len(array) == n_nodes for array in (tree.node_density, tree.node_cluster, tree.node_peak))
        and len(tree.node_highest) == n_nodes
        and bool(((tree.point_node >= 0) & (tree.point_node < n_nodes)).all())
        and bool((tree.node_parent[1:] < np.arange(1, n_nodes)).all() and (tree.node_parent >= 0).all())
    )
    if not fits:
        problem = f"the arrays of {path.name} do not fit together"
        raise PackageError(path.parent.name, problem=problem, cure=CURE)
