"""Where records lie: what clusters tell of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Assignment:
    """Where n records lie: cluster (-1 is none), membership and outlier score in 0..1, each of shape (n,)."""

    cluster: NDArray[np.int64]
    membership: NDArray[np.float64]
    outlier_score: NDArray[np.float64]

    @property
    def outlier(self) -> NDArray[np.bool_]:
        """Whether a record lies in no cluster, shape (n,)."""
        outlier: NDArray[np.bool_] = self.cluster == -1
        return outlier

    def columns(self) -> NDArray[np.float64]:
        """Give the three cluster features as columns, shape (n, 3)."""
        return np.column_stack([self.cluster.astype(np.float64), self.membership, self.outlier_score])
