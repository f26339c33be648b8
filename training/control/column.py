"""Features as what a decision tree takes, and back: conditions in the features' own words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.feature import Feature


@dataclass(frozen=True, eq=False)
class TreeColumn:
    """One column for trees: a number's dense rank, or whether a category (None: missing) is this one.

    Ranks keep every order and fit single precision, which scikit-learn's trees work in, whatever the values.
    """

    place: int
    values: NDArray[np.float64]
    code: float | None = None
    is_indicator: bool = False


def make_columns(dataset: Dataset, frame: NDArray[np.float64]) -> list[TreeColumn]:
    """Turn a frame (n, n_features) into columns for trees; a missing number stays missing."""
    return [
        column
        for place, feature in enumerate(dataset.features)
        for column in _make(feature, place, frame[:, place])
    ]


def _make(feature: Feature, place: int, values: NDArray[np.float64]) -> list[TreeColumn]:
    is_missing = np.isnan(values)
    if feature.type == "category":
        codes = np.unique(values[~is_missing])
        found = [TreeColumn(place, (values == code).astype(np.float64), float(code), True) for code in codes]
        missing = TreeColumn(place, is_missing.astype(np.float64), None, True)
        return [*found, missing] if is_missing.any() else found
    ranks = np.unique(values, return_inverse=True)[1].astype(np.float64)
    ranks[is_missing] = np.nan
    return [TreeColumn(place, ranks)]


def stack(columns: list[TreeColumn]) -> NDArray[np.float32]:
    """Give the matrix (n, n_columns) that a tree is fitted to."""
    return np.column_stack([column.values for column in columns]).astype(np.float32)


def find_round(low: float, high: float) -> float:
    """Give the number with the fewest digits in [low, high) that is near the middle."""
    middle = low / 2 + high / 2
    for digits in range(17):
        rounded = float(f"{middle:.{digits}e}")
        if low <= rounded < high:
            return rounded
    return low


def write_number(value: float) -> str:
    """Write a number without digits that it does not need."""
    return f"{value:.15g}"


def name_value(feature: Feature, code: float) -> str:
    """Name a value of a category or boolean as the dataset does."""
    if feature.type == "category":
        return feature.values[int(code)]
    return "true" if code else "false"


def write_range(feature: Feature, low: float, high: float) -> str:
    """Write `low < feature ≤ high` with its unit; a bound at infinity is left out."""
    unit = f" {feature.unit}" if feature.unit else ""
    if np.isinf(low):
        return f"{feature.name} ≤ {write_number(high)}{unit}"
    if np.isinf(high):
        return f"{feature.name} > {write_number(low)}{unit}"
    return f"{write_number(low)} < {feature.name} ≤ {write_number(high)}{unit}"
