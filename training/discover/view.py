"""What the parts of a discovery's report look at: records, their points and where they were assigned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment, Clusters
from herdbook.dataset import Dataset


@dataclass(frozen=True, eq=False)
class View:
    """A frame (n, n_features) that was clustered, and what came out.

    Attributes
    ----------
    rows
        Number of each record as the report gives it, shape (n,).
    seed
        Draws every sample that the report is taken from.
    """

    dataset: Dataset
    frame: NDArray[np.float64]
    rows: NDArray[np.int64]
    clusters: Clusters
    assignment: Assignment
    seed: int

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The records in the clustering space, shape (n, n_dimensions)."""
        return self.clusters.space.place(self.frame)

    @property
    def cluster(self) -> NDArray[np.int64]:
        """Cluster of each record, -1 for none, shape (n,)."""
        return self.assignment.cluster

    def members(self, number: int) -> NDArray[np.int64]:
        """Places in the frame of the records of a cluster, or of those in none (-1)."""
        return np.flatnonzero(self.cluster == number)

    def record(self, place: int) -> dict[str, Any]:
        """Give one record by its place in the frame, with its row number."""
        record = self.dataset.to_records(self.frame[[place]])[0]
        return {"row": int(self.rows[place]), "record": record}

    @cached_property
    def dimensions(self) -> list[tuple[int, str]]:
        """Feature's place and name of each coordinate of a point: `colour = red` for one of a category."""
        named: list[tuple[int, str]] = []
        for place, feature in enumerate(self.dataset.features):
            if feature.type == "category":
                named += [(place, f"{feature.name} = {value}") for value in feature.values]
            else:
                is_log = self.clusters.space.log_unit[place] > 0
                named.append((place, f"log {feature.name}" if is_log else feature.name))
        return sorted(named, key=lambda one: self.dataset.features[one[0]].type == "category")
