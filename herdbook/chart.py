"""The map of a stored discovery, on which further records can be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment, Clusters
from herdbook.dataset import Dataset
from herdbook.discovery import CURE, read_clusters
from herdbook.errors import DiscoveryOutdatedError
from herdbook.ledger import Ledger

DIGITS = 4
"""So many decimals has a place on the map, as in the report's own points."""


@dataclass(frozen=True, eq=False)
class Chart:
    """The plane of one discovery, and its clusters.

    Attributes
    ----------
    centre
        Of the clustering space, shape (n_dimensions,).
    axes
        Of the plane, shape (2, n_dimensions).
    """

    clusters: Clusters
    centre: NDArray[np.float64]
    axes: NDArray[np.float64]

    def place(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        """Place a frame (n, n_features) on the map: x and y of each record, shape (n, 2)."""
        return project(self.clusters.space.place(frame), self.centre, self.axes)

    def assign(self, frame: NDArray[np.float64]) -> Assignment:
        """Assign each record of a frame (n, n_features) to a cluster."""
        return self.clusters.assign(frame)


def project(
    points: NDArray[np.float64], centre: NDArray[np.float64], axes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Project points (n, d) of the clustering space on a plane, shape (n, 2), rounded as a map shows them."""
    return np.round((points - centre) @ axes.T, DIGITS)


def open_chart(ledger: Ledger, dataset: Dataset, report: Mapping[str, Any]) -> Chart:
    """Open the map of a stored report.

    Raises
    ------
    DiscoveryOutdatedError
        The report is older than maps that records can be placed on, or of other features.
    DiscoveryError
        Its clusters are gone or damaged.
    """
    drawn = report.get("map", {})
    if "components" not in drawn:
        problem = "its map was drawn before further records could be placed on one"
        raise DiscoveryOutdatedError(dataset.name, problem=problem, cure=CURE)
    centre, axes = np.array(drawn["centre"]), np.array(drawn["components"])
    return Chart(read_clusters(ledger, dataset, report), centre, axes)
