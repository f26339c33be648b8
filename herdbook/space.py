"""The space that records are clustered in: how a frame becomes points whose distances mean something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LARGEST = np.finfo(np.float64).max
HALF_ROOT = np.sqrt(0.5)
FARTHEST = 1e9
"""No coordinate lies farther from 0 than this many scales, so that every distance is finite."""


@dataclass(frozen=True, eq=False)
class Space:
    """A fitted placing of frames, as plain arrays of shape (n_features,); the fitting stands elsewhere.

    A number becomes `(z - centre) / scale`, where z is the value x, or `sign(x) · log(1 + |x| / unit)` when
    the feature has a logarithmic unit. A category becomes one coordinate per declared value, √½ where it
    holds, so that two categories are 1 apart; a missing category holds none of them. A boolean or a category
    whose scale is infinite has no weight: its coordinates are 0.

    Attributes
    ----------
    fill : what a missing number is taken for
    log_unit : unit of the logarithm, in the feature's own unit; 0 where no logarithm is taken
    centre, scale : shift and divisor; of a category the divisor alone
    n_values : number of values of a category; 0 for everything else
    """

    fill: NDArray[np.float64]
    log_unit: NDArray[np.float64]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    n_values: NDArray[np.int64]

    @property
    def n_features(self) -> int:
        """Number of columns of a frame."""
        return len(self.fill)

    @property
    def n_dimensions(self) -> int:
        """Number of coordinates of a point."""
        return int(np.maximum(self.n_values, 1).sum())

    def place(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn a frame (n, n_features) into points (n, n_dimensions)."""
        numeric = self.n_values == 0
        values = frame[:, numeric]
        values = np.where(np.isnan(values), self.fill[numeric], values)
        values = to_log(values, self.log_unit[numeric])
        with np.errstate(over="ignore"):
            placed = (values - self.centre[numeric]) / self.scale[numeric]
        parts = [np.clip(placed, -FARTHEST, FARTHEST)]
        for place in np.flatnonzero(~numeric):
            codes = frame[:, [place]]
            parts.append(HALF_ROOT / self.scale[place] * (codes == np.arange(self.n_values[place])))
        return np.hstack(parts)


def to_log(values: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take `sign(x) · log(1 + |x| / unit)` of the columns whose unit is above 0, and leave the others."""
    safe = np.where(unit > 0, unit, 1.0)
    with np.errstate(over="ignore"):
        ratio = np.minimum(np.abs(values) / safe, LARGEST)
    return np.where(unit > 0, np.sign(values) * np.log1p(ratio), values)
