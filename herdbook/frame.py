"""The frame: records as one matrix of float64, a column a feature.

An integer or number stands as it is, a boolean as 0 or 1, a category as its place among the declared values,
and a missing value as NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.feature import Feature


def to_frame(features: Sequence[Feature], records: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """Turn valid records into a frame of shape (n_records, n_features)."""
    frame = np.empty((len(records), len(features)), dtype=np.float64)
    for place, feature in enumerate(features):
        column: Any = [record.get(feature.name) for record in records]
        if feature.type == "category":
            codes: dict[Any, float] = {value: float(code) for code, value in enumerate(feature.values)}
            column = [codes.get(value, np.nan) for value in column]
        frame[:, place] = column
    return frame


def to_records(features: Sequence[Feature], frame: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Turn a frame of shape (n_records, n_features) back into records; missing values are None."""
    columns = [column_values(feature, frame[:, place]) for place, feature in enumerate(features)]
    names = [feature.name for feature in features]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def column_values(feature: Feature, column: NDArray[np.float64]) -> list[Any]:
    """Turn one column of a frame, shape (n_records,), into values of the feature's own type."""
    kept = [None if isnan(value) else value for value in column.tolist()]
    match feature.type:
        case "number":
            return kept
        case "integer":
            return [None if value is None else int(value) for value in kept]
        case "boolean":
            return [None if value is None else bool(value) for value in kept]
        case "category":
            return [None if value is None else feature.values[int(value)] for value in kept]
