"""Whether records that HDBSCAN leaves together are one cluster, or scattered evenly and so none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from herdbook.space import Space
from training.discover.near import Near

CONCENTRATED = 0.6
"""Records scattered evenly over their ranges have 0.5, and 100 of them seldom more than 0.57; 300 or more of
a Gaussian have 0.66 to 0.78 in one dimension and 0.8 in two (benchmarks/discovery)."""
ROWS_COMPARED = 2_000
STREAM = (8_128, 496, 28)
"""Seed of the scattered records: not 0, with which a made-up table may have been drawn, number by number."""


def is_concentrated(frame: NDArray[np.float64], space: Space, *, min_samples: int) -> bool:
    """Whether records that are not parted are a cluster, in contrast to scattered evenly."""
    return measure_concentration(frame, space, min_samples=min_samples) >= CONCENTRATED


def measure_concentration(frame: NDArray[np.float64], space: Space, *, min_samples: int) -> float:
    """Tell how often a record of a frame (n, n_features) has closer neighbours than a scattered one, in 0..1.

    Scattered records take each number evenly from its range, each boolean and category from the records, one
    independently of the other. The test is that of Hopkins and Skellam (1954) on distances to the
    `min_samples`-th neighbour, compared by rank (Mann and Whitney 1947) so that it is free of the dimension:
    for records that are themselves so scattered the two distances have the same distribution.
    """
    generator = np.random.Generator(np.random.PCG64(STREAM))
    points = space.place(frame)
    chosen = generator.permutation(len(points))[:ROWS_COMPARED]
    own = Near(points, min_samples + 1).measure(points[chosen])
    scattered = _scatter(frame, space, generator)[:ROWS_COMPARED]
    other = np.sort(Near(points, min_samples).measure(scattered))
    below = np.searchsorted(other, own, side="left") + np.searchsorted(other, own, side="right")
    return 1.0 - float(below.mean()) / (2 * len(other))


def _scatter(frame: NDArray[np.float64], space: Space, generator: np.random.Generator) -> NDArray[np.float64]:
    """Place as many scattered records as the frame has: numbers stand first among the coordinates.

    What is drawn from a range is moved to the nearest value that occurs, so that whole numbers stay whole.
    """
    own = space.place(frame)
    placed = space.place(np.column_stack([generator.permutation(column) for column in frame.T]))
    for coordinate in range(int((space.n_values == 0).sum())):
        values = np.unique(own[:, coordinate])
        if len(values) > 2:
            drawn = generator.uniform(values[0], values[-1], len(own))
            placed[:, coordinate] = values[np.searchsorted((values[1:] + values[:-1]) / 2, drawn)]
    return placed
