"""In how many dimensions records spread around each other, however many features they have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.discover.near import Near

NEIGHBOURS = 20


def measure_dimension(points: NDArray[np.float64]) -> float:
    """Tell the intrinsic dimension of points (n, n_dimensions), the median over them; 0 if all are equal.

    The maximum-likelihood estimate from the distances to the nearest neighbours (Levina and Bickel 2004),
    without its bias. Points with an equal beside them are left out.
    """
    n_neighbours = min(NEIGHBOURS, len(points) - 1)
    distance = Near(points, n_neighbours + 1).query(points)[0][:, 1:]
    distance = distance[distance[:, 0] > 0]
    if not len(distance) or n_neighbours < 3:
        return 0.0
    spread = np.log(distance[:, -1:] / distance[:, :-1]).sum(axis=1)
    spread = spread[spread > 0]
    return float(np.median((n_neighbours - 2) / spread)) if len(spread) else 0.0
