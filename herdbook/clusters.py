"""What assigning a record to a cluster needs, and nothing that fits one.

`Clusters.walk` is `hdbscan.approximate_predict` (McInnes, Healy, Astels 2017), over all rows at once: find
the training point that is nearest by mutual reachability, then climb its condensed tree until the new point's
density suffices. `Clusters.assign` puts the outlier rule of `herdbook.reach` over it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from herdbook.arrays import read_arrays, write_arrays
from herdbook.assignment import Assignment
from herdbook.errors import PackageError
from herdbook.nearest import Nearest, list_points
from herdbook.pivot import Pivots
from herdbook.reach import Neighbours, Reach
from herdbook.single import Single, SingleRule, Told
from herdbook.space import Space
from herdbook.tree import Tree, share_of

__all__ = ["CLUSTERS_FORMAT", "Assignment", "Clusters", "Tree"]

CLUSTERS_FORMAT = 2
"""Format of the file. 2 added the outlier rule; a file of format 1 has none and assigns by the walk alone.

To migrate: raise it, keep `Clusters.load` reading every format in `READABLE`, and test a file of each."""
READABLE = (1, 2)
ROWS_AT_ONCE = 8_192
CURE = 'promote another model (`herdbook promote TAG --why "…"`), or train again (`herdbook train --again`)'


Rule = Callable[[Neighbours], tuple[Assignment, NDArray[np.bool_]]]
"""Tells from the nearest points what records are assigned to, and which of them more points cannot change."""


class Clusters:
    """Fitted clusters that take raw frames: a space, a condensed tree, `min_samples` and the outlier rule."""

    format = CLUSTERS_FORMAT

    def __init__(
        self,
        space: Space,
        tree: Tree,
        *,
        min_samples: int,
        min_cluster_size: int,
        reach: Reach | None = None,
    ) -> None:
        self.space = space
        self.tree = tree
        self.min_samples = min_samples
        self.min_cluster_size = min_cluster_size
        self.reach = reach

    @cached_property
    def n_clusters(self) -> int:
        """Number of clusters; they are numbered from 0."""
        return self.tree.n_clusters

    @property
    def n_features(self) -> int:
        """Number of columns of a frame."""
        return self.space.n_features

    @property
    def threshold(self) -> dict[str, Any] | None:
        """Figures of the outlier rule as plain JSON; None if there is no rule but HDBSCAN's own."""
        return self.reach.to_json() if self.reach else None

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.tree.points, min(self.min_samples + 1, self._most), self._pivots)

    @cached_property
    def _more(self) -> Nearest:
        return Nearest(self.tree.points, self._most, self._pivots)

    @cached_property
    def _pivots(self) -> tuple[Pivots, Pivots] | None:
        return list_points(self.tree.points, min(self.min_samples + 1, self._most))

    @cached_property
    def _single(self) -> Single:
        return Single(self.tree, self.reach, min_samples=self.min_samples)

    @cached_property
    def _most(self) -> int:
        """How many neighbours hdbscan looks at."""
        return min(2 * self.min_samples, len(self.tree.points))

    def assign(self, frame: NDArray[np.float64]) -> Assignment:
        """Assign each record of a raw frame (n, n_features).

        A record belongs to the cluster of the nearest member that it lies within reach of, and to none if
        there is no such member; its membership is its density's share of the cluster's peak, 0 in none. The
        outlier score is that of `walk`. Without an outlier rule all three are those of `walk`.
        """
        if self.reach is None:
            return self.walk(frame)
        return self._tell(frame, self._assign, self._single.assign)

    def walk(self, frame: NDArray[np.float64]) -> Assignment:
        """Assign each record of a raw frame (n, n_features) as hdbscan does, without the outlier rule.

        Cluster and membership are those of `hdbscan.approximate_predict`, the outlier score is that of
        `approximate_predict_scores` cut to 0..1. Only where `min_samples` equal records make a density
        infinite do they differ: there hdbscan gives members a membership of 0 or NaN.
        """
        return self._tell(frame, self._walk, self._single.walk)

    def _tell(self, frame: NDArray[np.float64], rule: Rule, single: SingleRule) -> Assignment:
        if 0 < len(frame) <= self._nearest.few:
            return self._tell_few(frame, single)
        with np.errstate(divide="ignore", over="ignore"):
            if len(frame) <= ROWS_AT_ONCE:
                return self._apply(frame, rule, single)
            starts = range(0, len(frame), ROWS_AT_ONCE)
            found = [self._apply(frame[start : start + ROWS_AT_ONCE], rule, single) for start in starts]
        return Assignment(
            np.concatenate([part.cluster for part in found]),
            np.concatenate([part.membership for part in found]),
            np.concatenate([part.outlier_score for part in found]),
        )

    def _tell_few(self, frame: NDArray[np.float64], single: SingleRule) -> Assignment:
        places = [self.space.place_one(record) for record in frame]
        near, more = self._nearest.query_one, self._more.query_one
        told = [single(*near(place), are_all=False) or single(*more(place), are_all=True) for place in places]
        return _collect(told)

    def _apply(self, frame: NDArray[np.float64], rule: Rule, single: SingleRule) -> Assignment:
        """Apply a rule to the `min_samples` + 1 nearest points, and to all only where more could matter.

        The last of them tells a record's own core distance, below which no reach can lie: where one of them
        is reached at that distance, no farther one can be picked.
        """
        places = self.space.place(frame)
        found, is_settled = rule(self._neighbours(self._nearest.query(places)))
        if self._nearest.k < self._most and not is_settled.all():
            rest = np.flatnonzero(~is_settled)
            if len(rest) <= self._more.few:
                told = [single(*self._more.query_one(place), are_all=True) for place in places[rest]]
                more = _collect(told)
            else:
                more, _ = rule(self._neighbours(self._more.query(places[rest])))
            found.cluster[rest], found.membership[rest] = more.cluster, more.membership
            found.outlier_score[rest] = more.outlier_score
        return found

    def _neighbours(self, found: tuple[NDArray[np.float64], NDArray[np.int64]]) -> Neighbours:
        return Neighbours.of(*found, core=self.tree.core, min_samples=self.min_samples)

    def _assign(self, near: Neighbours) -> tuple[Assignment, NDArray[np.bool_]]:
        assert self.reach is not None
        cluster, chosen = self.reach.choose(near)
        membership = share_of(1.0 / chosen, self.tree.cluster_top[cluster])
        neighbour, shortest = near.pick(near.reach)
        score = self._score(near, neighbour, 1.0 / shortest)
        core = near.distance[:, -1]
        is_settled = (chosen == core) | ((core > self.reach.farthest) & (shortest == core))
        return Assignment(cluster, membership, score), is_settled

    def _walk(self, near: Neighbours) -> tuple[Assignment, NDArray[np.bool_]]:
        neighbour, shortest = near.pick(near.reach)
        density = 1.0 / shortest
        node = self.tree.climb(neighbour, density)
        cluster = self.tree.node_cluster.take(node)
        membership = np.where(cluster >= 0, share_of(density, self.tree.node_top.take(node)), 0.0)
        score = self._score(near, neighbour, density)
        return Assignment(cluster, membership, score), shortest == near.distance[:, -1]

    def _score(
        self, near: Neighbours, neighbour: NDArray[np.int64], density: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self.n_clusters == 0:
            return np.ones(len(density))
        known = self.tree.point_density.take(neighbour)
        own = np.where(near.distance[:, 0] == 0, known, density)
        return 1.0 - share_of(own, self.tree.point_top.take(neighbour))

    def save(self, path: Path) -> None:
        """Write an `.npz` without pickle, whose bytes depend on the clusters alone."""
        arrays: dict[str, Any] = {"format": CLUSTERS_FORMAT if self.reach else READABLE[0]}
        arrays |= {"min_samples": self.min_samples, "min_cluster_size": self.min_cluster_size}
        for part in (self.space, self.tree, self.reach):
            if part is not None:
                arrays |= {field.name: getattr(part, field.name) for field in fields(part)}
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Clusters:
        """Read what `save` wrote, now or in an earlier version.

        Raises
        ------
        PackageError
            The file is missing, damaged or of an unknown format.
        """
        try:
            arrays = read_arrays(path)
            got = int(arrays["format"])
            if got not in READABLE:
                known = " and ".join(str(number) for number in READABLE)
                problem = f"{path.name} has format {got}, this version reads {known}"
                raise PackageError(path.parent.name, problem=problem, cure="train again with this version")
            clusters = _build(arrays, has_reach=got > 1)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            problem = f"{path.name} cannot be read: {error}"
            raise PackageError(path.parent.name, problem=problem, cure=CURE) from None
        if not clusters.is_whole():
            problem = f"the arrays of {path.name} do not fit together"
            raise PackageError(path.parent.name, problem=problem, cure=CURE)
        return clusters

    def is_whole(self) -> bool:
        """Whether the shapes and indices of all arrays fit together, and records have a place."""
        return (
            all(len(getattr(self.space, field.name)) == self.n_features for field in fields(Space))
            and bool(self.space.scale.all())
            and bool(np.isfinite(self.space.place(np.full((1, self.n_features), np.nan))).all())
            and self.tree.is_whole(self.space.n_dimensions)
            and (self.reach is None or self.reach.is_whole(len(self.tree.points), self.n_clusters))
        )


def _collect(told: list[Told | None]) -> Assignment:
    """Make columns of what is told of one record after the other; who sees all points always tells."""
    return Assignment(*map(np.array, zip(*cast("list[Told]", told), strict=True)))


def _build(arrays: dict[str, NDArray[Any]], *, has_reach: bool) -> Clusters:
    space = Space(**{field.name: arrays[field.name] for field in fields(Space)})
    tree = Tree(**{field.name: arrays[field.name] for field in fields(Tree)})
    reach = Reach(**{field.name: arrays[field.name] for field in fields(Reach)}) if has_reach else None
    sizes = {name: int(arrays[name]) for name in ("min_samples", "min_cluster_size")}
    return Clusters(space, tree, **sizes, reach=reach)
