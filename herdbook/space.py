"""The space that records are clustered in: how a frame becomes points whose distances mean something."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import copysign, isnan
from typing import NamedTuple

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
    centre, scale : shift and divisor, which is never 0; of a category the divisor alone
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
        values = frame.T.take(layout.number, axis=0)
        is_missing = np.isnan(values)
        if np.logical_or.reduce(is_missing, axis=None):
            np.copyto(values, layout.fill, where=is_missing)
        with np.errstate(over="ignore"):
            if layout.has_log:
                values[layout.logged] = _log(values[layout.logged], layout.unit)
            values -= layout.centre
            values /= layout.scale
        np.maximum(values, -FARTHEST, out=values)
        np.minimum(values, FARTHEST, out=values)
        if len(layout.category):
            is_there = frame.T.take(layout.category, axis=0) == layout.code
            values = np.concatenate([values, layout.height * is_there])
        return values.T

    def place_one(self, record: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn one record of a frame, (n_features,), into a point as `place` does, bit for bit and sooner."""
        told, one = record.tolist(), self._one
        values = [fill if isnan(value := told[column]) else value for column, fill in one.numbers]
        if one.units:
            # the mathematics of Python need not round it as NumPy's do
            logs = np.log1p([min(abs(values[place]) / unit, LARGEST) for place, unit in one.units])
            for (place, _), log in zip(one.units, logs.tolist(), strict=True):
                values[place] = copysign(log, values[place])
        point = [
            min(max((value - centre) / scale, -FARTHEST), FARTHEST)
            for value, (centre, scale) in zip(values, one.figures, strict=True)
        ]
        point += [height if told[column] == code else 0.0 for column, code, height in one.values]
        return np.array(point)

    @cached_property
    def _one(self) -> _One:
        """What `_layout` tells, as plain numbers."""
        layout = self._layout
        logged = np.arange(len(layout.number))[layout.logged] if layout.has_log else layout.number[:0]
        figures = (layout.centre[:, 0].tolist(), layout.scale[:, 0].tolist())
        values = (layout.category.tolist(), layout.code[:, 0].tolist(), layout.height[:, 0].tolist())
        return _One(
            numbers=list(zip(layout.number.tolist(), layout.fill[:, 0].tolist(), strict=True)),
            units=list(zip(logged.tolist(), layout.unit[:, 0].tolist(), strict=True)),
            figures=list(zip(*figures, strict=True)),
            values=list(zip(*values, strict=True)),
        )

    @cached_property
    def _layout(self) -> _Layout:
        """Columns and figures in the order of the coordinates: numbers first, then each category."""
        number, category = np.flatnonzero(self.n_values == 0), np.flatnonzero(self.n_values)
        unit, counts = self.log_unit[number], self.n_values[category]
        logged = np.flatnonzero(unit > 0)
        return _Layout(
            number=number,
            fill=self.fill[number, None],
            centre=self.centre[number, None],
            scale=self.scale[number, None],
            has_log=len(logged) > 0,
            logged=_slice(logged),
            unit=unit[logged, None],
            category=category.repeat(counts),
            code=np.concatenate([np.arange(count) for count in (0, *counts)])[:, None],
            height=(HALF_ROOT / self.scale[category]).repeat(counts)[:, None],
        )


@dataclass(frozen=True, eq=False)
class _Layout:
    """What `Space.place` needs to know of numbers, of those with a logarithm, and of values of categories.

    Figures stand in a column each, (n, 1): a frame is placed column by column.
    """

    number: NDArray[np.int64]
    fill: NDArray[np.float64]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    has_log: bool
    logged: slice | NDArray[np.int64]
    unit: NDArray[np.float64]
    category: NDArray[np.int64]
    code: NDArray[np.int64]
    height: NDArray[np.float64]


class _One(NamedTuple):
    """What `Space.place_one` needs to know.

    Attributes
    ----------
    numbers : column and filling of each number
    units : which of the numbers have a logarithm, and its unit
    figures : centre and scale of each number
    values : column, code and height of each value of a category
    """

    numbers: list[tuple[int, float]]
    units: list[tuple[int, float]]
    figures: list[tuple[float, float]]
    values: list[tuple[int, float, float]]


def _slice(places: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Turn places that follow one another into a slice, which takes no copy."""
    is_one_run = len(places) > 0 and places[-1] - places[0] == len(places) - 1
    return slice(places[0], places[-1] + 1) if is_one_run else places


def to_log(values: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take `sign(x) · log(1 + |x| / unit)` of the columns whose unit is above 0, and leave the others."""
    with np.errstate(over="ignore"):
        return np.where(unit > 0, _log(values, np.where(unit > 0, unit, 1.0)), values)


def _log(values: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.abs(values)
    ratio /= unit
    np.minimum(ratio, LARGEST, out=ratio)
    np.log1p(ratio, out=ratio)
    return np.copysign(ratio, values, out=ratio)
