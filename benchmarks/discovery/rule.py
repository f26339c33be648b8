"""Where the constants of discovery's rule come from: the stability of clusters, known labels unseen.

Each table is clustered with min_samples = factor * sqrt(n) and min_cluster_size = share * n, and again on
parts of 80 % of its rows; the number is the mean adjusted Rand index between the two, next to how many
clusters were found. Run it with `python -m benchmarks.discovery.rule`; README.md holds what it said.
"""

from __future__ import annotations

from math import isqrt, sqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_iris, load_wine, make_blobs, make_moons

from data_provider.animal import Herd, generate
from training.discover import ClusterColumns
from training.discover.stability import measure_stability

Frame = NDArray[np.float64]
FACTORS = (0.125, 0.25, 0.5, 1.0)
SHARES = (0.02, 0.05, 0.1)
ANIMAL_KINDS = ("integer", "number", "number", "boolean", "boolean")


def make_animals(n_records: int, noise: float) -> Frame:
    """Give animals as a frame; their kinds are not looked at."""
    batches = list(generate(Herd(1_000, n_records, noise=noise)))
    return np.vstack([np.column_stack([np.asarray(column, float) for column in one[:5]]) for one in batches])


def make_tables() -> dict[str, tuple[Frame, tuple[str, ...] | None]]:
    """Give tables of several shapes and sizes, with noise."""
    uniform = np.random.default_rng(5).uniform
    blobs = make_blobs(900, centers=5, n_features=3, cluster_std=[0.4, 0.8, 1.2, 0.6, 1.0], random_state=3)[0]
    moons = make_moons(950, noise=0.06, random_state=0)[0]
    return {
        "animals 500, 5 % noise": (make_animals(500, 0.05), ANIMAL_KINDS),
        "animals 2000, 5 %": (make_animals(2_000, 0.05), ANIMAL_KINDS),
        "animals 2000, 10 %": (make_animals(2_000, 0.1), ANIMAL_KINDS),
        "animals 5000, 5 %": (make_animals(5_000, 0.05), ANIMAL_KINDS),
        "iris": (load_iris().data, None),
        "wine": (load_wine().data, None),
        "blobs of unequal density": (np.vstack([blobs, uniform(-12, 12, (50, 3))]), None),
        "two moons": (np.vstack([moons, uniform(-2, 3, (50, 2))]), None),
    }


def measure(frame: Frame, kinds: tuple[str, ...] | None, *, factor: float, share: float) -> tuple[float, int]:
    """Give the stability and the number of clusters of one table under one choice."""
    min_samples = max(5, int(factor * sqrt(len(frame))))
    min_cluster_size = max(2 * max(5, isqrt(len(frame)) // 2), int(share * len(frame)))
    columns = ClusterColumns(kinds, min_cluster_size=min_cluster_size, min_samples=min_samples).fit(frame)
    stability = measure_stability(columns, frame, seed=0)["adjusted_rand_index"]
    return float(np.mean(stability)), columns.clusters_.n_clusters


def main() -> None:
    """Print one line for each table and choice of constants."""
    for name, (frame, kinds) in make_tables().items():
        print(f"{name} ({len(frame)} rows)")
        for share in SHARES:
            found = [measure(frame, kinds, factor=factor, share=share) for factor in FACTORS]
            cells = [f"{stability:.3f} / {n_clusters}" for stability, n_clusters in found]
            print(f"  share {share:<5}" + "".join(f"{cell:>14}" for cell in cells))
    print("columns: factor", *FACTORS)


if __name__ == "__main__":
    main()
