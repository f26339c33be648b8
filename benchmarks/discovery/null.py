"""What records without structure reach: the stability of chance clusters, and their concentration.

`python -m benchmarks.discovery.null` (about three CPU-minutes) prints, for uniform and Gaussian tables of
several sizes and dimensions, and for independent counts, rounded numbers, booleans and categories, the
highest stability that any scale of the grid reached, next to the bound that a table of its intrinsic
dimension is held to, and the range of concentrations. README.md holds what it said.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from benchmarks.discovery.table import INDEPENDENT, Table, make_table
from training.discover.choose import choose_scale
from training.discover.concentration import measure_concentration
from training.discover.scale import TOGETHER
from training.discover.space import fit_space

DIMENSIONS = (1, 2, 3, 4, 8)
SIZES = (150, 500)
SEEDS = range(400_000, 400_008)


def make_null(shape: str, n_records: int, n_features: int, seed: int) -> Table:
    """Give records that are scattered evenly over a cube, or in one cloud."""
    generator = np.random.default_rng(seed)
    size = (n_records, n_features)
    frame = generator.uniform(size=size) if shape == "uniform" else generator.normal(size=size)
    return Table(frame, ("number",) * n_features, None)


def measure(table: Table) -> tuple[float, float, float]:
    """Give the highest stability of all scales, its bound, and the concentration."""
    frame, kinds, n_values = table.frame, table.kinds, table.n_values or [0] * table.frame.shape[1]
    space = fit_space(frame, kinds, n_values)
    grid = choose_scale(frame, kinds, n_values).grid
    highest = max(row["stability"] or 0.0 for row in grid if row["n_clusters"] != 1)
    bound = grid[0]["stability_bound"]
    min_samples = TOGETHER.of(len(frame)).min_samples
    return highest, bound, measure_concentration(frame, space, min_samples=min_samples)


def main() -> None:
    """Print one row of a Markdown table for each kind of table."""
    print(
        "| table | records | features | highest stability | lowest bound | falsely parted | concentration |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for shape, n_records, n_features in product(("uniform", "Gaussian"), SIZES, DIMENSIONS):
        tables = [make_null(shape, n_records, n_features, seed) for seed in SEEDS]
        _tell(shape, tables)
    for shape, n_records in product(INDEPENDENT, SIZES):
        _tell(shape, [make_table(f"{shape} {n_records}", seed) for seed in SEEDS])


def _tell(shape: str, tables: Sequence[Table]) -> None:
    highest, bound, concentration = np.array([measure(table) for table in tables]).T
    told = [
        shape,
        *(str(length) for length in tables[0].frame.shape),
        f"{highest.max():.2f}",
        f"{bound.min():.2f}",
        f"{(highest >= bound).sum()}/{len(tables)}",
        f"{concentration.min():.2f}..{concentration.max():.2f}",
    ]
    print(f"| {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
