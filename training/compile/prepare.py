"""The preparation of `training.pipeline` as operators: fill, standardise, one-hot; bit for bit the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from herdbook.graph import INPUT
from training.compile.sketch import Sketch, UncompilableError

NAN = float("nan")


@dataclass
class _Columns:
    """The columns of the result, one after the other: a number, or whether an input has a value.

    Attributes
    ----------
    place : the input that each is made of
    fill, centre, scale : what fills a missing number, and what it is standardised by
    value : the value that a one-hot column stands for; NaN, which equals nothing, for a number
    """

    place: list[int] = field(default_factory=list)
    fill: list[float] = field(default_factory=list)
    centre: list[float] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(
        self, place: int, *, fill: float = NAN, centre: float = 0.0, scale: float = 1.0, value: float = NAN
    ) -> None:
        """Add a column."""
        for name, each in (("fill", fill), ("centre", centre), ("scale", scale), ("value", value)):
            getattr(self, name).append(float(each))
        self.place.append(place)


def write_preparation(sketch: Sketch, prepare: Any) -> str:
    """Write a fitted preparation and return the name of its result (n, n_columns), float64.

    Raises
    ------
    UncompilableError
        It holds a step that `training.pipeline` does not build.
    """
    if not isinstance(prepare, ColumnTransformer):
        raise UncompilableError(f"its preparation is a {type(prepare).__name__}")
    columns = _Columns()
    for _, step, places in prepare.transformers_:
        _take(columns, step, list(places))
    return _write(sketch, columns)


def _take(columns: _Columns, step: Any, places: list[int]) -> None:
    """Take the columns of one step, in the order of its result."""
    steps = [each for _, each in step.steps] if isinstance(step, Pipeline) else [step]
    match steps:
        case [OneHotEncoder() as encoder] if encoder.drop_idx_ is None:
            for place, known in zip(places, encoder.categories_, strict=True):
                for value in known:
                    columns.add(place, value=value)
        case [SimpleImputer() as imputer, StandardScaler() as scaler]:
            _take_numbers(columns, places, fill=imputer.statistics_, centre=scaler.mean_, scale=scaler.scale_)
        case [SimpleImputer() as imputer]:
            _take_numbers(columns, places, fill=imputer.statistics_)
        case [StandardScaler() as scaler]:
            _take_numbers(columns, places, centre=scaler.mean_, scale=scaler.scale_)
        case _:
            kinds = " and ".join(type(each).__name__ for each in steps)
            raise UncompilableError(f"its preparation holds a {kinds}")


def _take_numbers(columns: _Columns, places: list[int], **learned: NDArray[np.float64]) -> None:
    for nth, place in enumerate(places):
        columns.add(place, **{name: values[nth] for name, values in learned.items()})


def _write(sketch: Sketch, columns: _Columns) -> str:
    """Write all columns side by side: one operator over all costs what it costs over one."""
    result = sketch.add("Gather", INPUT, columns.place, axis=1)
    fill, centre, scale, value = (
        np.array([each]) for each in (columns.fill, columns.centre, columns.scale, columns.value)
    )
    is_value = None if np.isnan(value).all() else sketch.add("Equal", result, value)
    if not np.isnan(fill).all():
        result = sketch.add("Where", sketch.add("IsNaN", result), fill, result)
    result = sketch.add("Div", sketch.add("Sub", result, centre), scale)
    if is_value is None:
        return result
    return sketch.add("Where", ~np.isnan(value), sketch.cast(is_value, TensorProto.DOUBLE), result)
