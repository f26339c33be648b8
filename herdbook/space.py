"""The space that records are clustered in: how a frame becomes points whose distances mean something."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
        layout = self._layout
        values = frame.take(layout.number, axis=1) if len(layout.category) else frame
        values = np.where(np.isnan(values), layout.fill, values)
        with np.errstate(over="ignore"):
            if len(layout.logged):
                values[:, layout.logged] = _log(values[:, layout.logged], layout.unit)
            values -= layout.centre
            values /= layout.scale
        np.maximum(values, -FARTHEST, out=values)
        np.minimum(values, FARTHEST, out=values)
        if not len(layout.category):
            return values
        return np.hstack([values, layout.height * (frame.take(layout.category, axis=1) == layout.code)])

    @cached_property
    def _layout(self) -> _Layout:
        """Columns and figures in the order of the coordinates: numbers first, then each category."""
        number, category = np.flatnonzero(self.n_values == 0), np.flatnonzero(self.n_values)
        unit, counts = self.log_unit[number], self.n_values[category]
        logged = np.flatnonzero(unit > 0)
        return _Layout(
            number=number,
            fill=self.fill[number],
            centre=self.centre[number],
            scale=self.scale[number],
            logged=logged,
            unit=unit[logged],
            category=category.repeat(counts),
            code=np.concatenate([np.arange(count) for count in (0, *counts)]),
            height=(HALF_ROOT / self.scale[category]).repeat(counts),
        )


@dataclass(frozen=True, eq=False)
class _Layout:
    """What `Space.place` needs to know of numbers, of those with a logarithm, and of values of categories."""

    number: NDArray[np.int64]
    fill: NDArray[np.float64]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    logged: NDArray[np.int64]
    unit: NDArray[np.float64]
    category: NDArray[np.int64]
    code: NDArray[np.int64]
    height: NDArray[np.float64]


def to_log(values: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take `sign(x) · log(1 + |x| / unit)` of the columns whose unit is above 0, and leave the others."""
    with np.errstate(over="ignore"):
        return np.where(unit > 0, _log(values, np.where(unit > 0, unit, 1.0)), values)


def _log(values: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.minimum(np.abs(values) / unit, LARGEST)
    return np.copysign(np.log1p(ratio), values)
