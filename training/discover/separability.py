"""How separable the clusters are: silhouettes, and which clusters lie nearest to one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.metrics import silhouette_samples

from training.discover.sample import sample_strata
from training.discover.view import View

SAMPLE = 2_000
GRADES = ((0.7, "strong"), (0.5, "reasonable"), (0.25, "weak"), (-1.0, "no substantial"))
"""What a mean silhouette says about structure (Kaufman, Rousseeuw, Finding Groups in Data, 1990)."""


def measure_separability(view: View) -> dict[str, Any]:
    """Measure silhouettes (Rousseeuw 1987) in the clustering space, and the distances between clusters.

    Silhouettes are those of at most 2,000 records in clusters, drawn from each cluster in its share; they
    favour round clusters of one density. Outliers are left out.
    """
    inside = np.flatnonzero(view.cluster >= 0)
    shown = inside[sample_strata(view.cluster[inside], SAMPLE, seed=view.seed)]
    pairs = nearest_pairs(view)
    if len(np.unique(view.cluster[shown])) < 2:
        says = "With fewer than two clusters there is nothing to separate."
        return {
            "silhouette": None,
            "by_cluster": [None] * view.clusters.n_clusters,
            "nearest_pairs": pairs,
            "says": says,
        }
    values, found = _silhouettes(view.points[shown], view.cluster[shown]), view.cluster[shown]
    by_cluster = [
        float(values[found == number].mean()) if (found == number).any() else None
        for number in range(view.clusters.n_clusters)
    ]
    overall = float(values.mean())
    return {
        "silhouette": overall,
        "n_sampled": len(shown),
        "by_cluster": by_cluster,
        "nearest_pairs": pairs,
        "says": _sentence(overall, by_cluster, pairs),
    }


def _silhouettes(points: NDArray[np.float64], found: NDArray[np.int64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = silhouette_samples(cdist(points, points), found, metric="precomputed")
    return values


def nearest_pairs(view: View) -> list[dict[str, Any]]:
    """Give for each cluster the other one that is nearest, each pair once, the nearest pair first."""
    present = [number for number in range(view.clusters.n_clusters) if (view.cluster == number).any()]
    parts = {number: view.points[view.cluster == number] for number in present}
    nearest: dict[tuple[int, int], float] = {}
    for a in present:
        distances = {b: distance_in_spreads(parts[a], parts[b]) for b in present if b != a}
        if distances:
            b = min(distances, key=lambda other: distances[other])
            nearest[min(a, b), max(a, b)] = distances[b]
    return [
        {
            "a": a,
            "b": b,
            "distance_in_spreads": distance if np.isfinite(distance) else None,
            "says": _say_pair(a, b, distance),
        }
        for (a, b), distance in sorted(nearest.items(), key=lambda item: (item[1], item[0]))
    ]


def distance_in_spreads(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Measure two clouds of points along the line that joins their centres: distance over pooled spread."""
    line = b.mean(axis=0) - a.mean(axis=0)
    length = float(np.linalg.norm(line))
    if length == 0:
        return 0.0
    spread = float(np.sqrt(((a @ (line / length)).var() + (b @ (line / length)).var()) / 2))
    return length / spread if spread > length * 1e-12 else float("inf")


def _say_pair(a: int, b: int, distance: float) -> str:
    if not np.isfinite(distance):
        return f"clusters {a} and {b} have no spread at all along the line between them"
    return f"clusters {a} and {b} lie {distance:.1f} spreads apart, centre to centre"


def grade_silhouette(silhouette: float) -> str:
    """Say which structure a mean silhouette speaks of."""
    return next((word for bound, word in GRADES if silhouette > bound), GRADES[-1][1])


def _sentence(overall: float, by_cluster: list[float | None], pairs: list[dict[str, Any]]) -> str:
    known = {number: value for number, value in enumerate(by_cluster) if value is not None}
    least = min(known, key=lambda number: known[number])
    structure = f"{grade_silhouette(overall)} structure (Kaufman, Rousseeuw 1990)"
    return (
        f"The mean silhouette is {overall:.2f}, which speaks of {structure}; cluster {least} is the least "
        f"distinct ({known[least]:.2f}), and {pairs[0]['says']}, nearer than any other two."
    )
