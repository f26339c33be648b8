"""Names of clusters, carried from the discovery that they were given in to another one, by shared members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.discovery import read_clusters, read_discovery
from herdbook.label import ClusterLabels
from herdbook.ledger import Ledger
from herdbook.naming import Naming, find_naming
from training.discover import Discovery
from training.discover.match import Matching, match_clusters
from training.label import name_clusters


@dataclass(frozen=True, eq=False)
class Found:
    """What two discoveries are compared on: today's records, where they lie now, and in how many clusters.

    Attributes
    ----------
    frame
        The records, shape (n, n_features).
    cluster
        The cluster of each, shape (n,), -1 for none.
    n_clusters
        How many clusters there are.
    """

    frame: NDArray[np.float64]
    cluster: NDArray[np.int64]
    n_clusters: int


def match_earlier(earlier: Clusters, found: Found) -> Matching:
    """Match today's clusters to earlier ones: the earlier ones assign the records of today.

    So members are compared record by record, although no record need be in both snapshots.
    """
    reference = earlier.assign(found.frame).cluster
    return match_clusters(reference, found.cluster, n_reference=earlier.n_clusters, n_found=found.n_clusters)


def carry_names(names: Mapping[int, str], matching: Matching) -> dict[int, str]:
    """Give today's clusters the names of the earlier ones that they match; the others get none."""
    return {new: names[old] for new, old in sorted(matching.of.items()) if old in names}


def carry_naming(dataset: Dataset, ledger: Ledger, naming: Naming, found: Found) -> dict[int, str]:
    """Carry a naming over to what was found.

    Raises
    ------
    DiscoveryError
        The clusters that were named are not stored, damaged, or take frames of other features.
    """
    report = read_discovery(ledger, dataset.name, naming.report)
    return carry_names(naming.names, match_earlier(read_clusters(ledger, dataset, report), found))


def names_for(
    dataset: Dataset,
    ledger: Ledger,
    discovery: Discovery,
    frame: NDArray[np.float64],
    *,
    naming: str | None,
) -> dict[int, str] | None:
    """Name every cluster of a discovery on a frame (n, n_features) for a training; cluster to label.

    The dataset file's names win, then those of the naming, carried over by shared members, then
    `cluster-2`. None where clusters are not the labels.

    Parameters
    ----------
    dataset, ledger
        Of the training.
    discovery, frame
        What was found, and in which records.
    naming
        Hash of the naming that stands in the recipe, from `bind_naming`; None if nobody had named any.

    Raises
    ------
    DiscoveryError, NamingError
        The names cannot be carried over.
    """
    if not isinstance(dataset.labels, ClusterLabels):
        return None
    n_clusters = discovery.clusters.n_clusters
    carried: dict[int, str] = {}
    if naming is not None:
        found = Found(frame, discovery.assignment.cluster, n_clusters)
        carried = carry_naming(dataset, ledger, find_naming(ledger, dataset.name, naming), found)
    return name_clusters(dataset, n_clusters, carried=carried)
