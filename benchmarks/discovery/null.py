"""What records without structure reach: the stability of chance clusters, and their concentration.

`python -m benchmarks.discovery.null` (about 90 CPU-seconds) prints, for uniform and Gaussian tables of
several sizes and dimensions, the highest stability that any scale of the grid reached, next to the bound that
a table of its intrinsic dimension is held to, and the range of concentrations. README.md holds what it said.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from training.discover.choose import bound_stability, choose_scale
from training.discover.concentration import measure_concentration
from training.discover.dimension import measure_dimension
from training.discover.scale import TOGETHER
from training.discover.space import fit_space

DIMENSIONS = (1, 2, 3, 4, 8)
SIZES = (150, 500)
RUNS = 8
FIRST_SEED = 400_000


def make_null(shape: str, n_records: int, n_features: int, seed: int) -> NDArray[np.float64]:
    """Give records that are scattered evenly over a cube, or in one cloud."""
    generator = np.random.default_rng(seed)
    size = (n_records, n_features)
    return generator.uniform(size=size) if shape == "uniform" else generator.normal(size=size)


def measure(frame: NDArray[np.float64]) -> tuple[float, float, float]:
    """Give the highest stability of all scales, its bound, and the concentration."""
    kinds, n_values = ["number"] * frame.shape[1], [0] * frame.shape[1]
    space = fit_space(frame, kinds, n_values)
    grid = choose_scale(frame, kinds, n_values).grid
    highest = max(row["stability"] or 0.0 for row in grid)
    bound = bound_stability(measure_dimension(space.place(frame)))
    min_samples = TOGETHER.of(len(frame)).min_samples
    return highest, bound, measure_concentration(frame, space, min_samples=min_samples)


def main() -> None:
    """Print one row of a Markdown table for each kind of table."""
    print(
        "| table | records | features | highest stability | lowest bound | falsely parted | concentration |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for shape, n_records, n_features in product(("uniform", "Gaussian"), SIZES, DIMENSIONS):
        seeds = range(FIRST_SEED, FIRST_SEED + RUNS)
        found = [measure(make_null(shape, n_records, n_features, seed)) for seed in seeds]
        highest, bound, concentration = np.array(found).T
        told = [
            shape,
            str(n_records),
            str(n_features),
            f"{highest.max():.2f}",
            f"{bound.min():.2f}",
            f"{(highest >= bound).sum()}/{RUNS}",
            f"{concentration.min():.2f}..{concentration.max():.2f}",
        ]
        print(f"| {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
