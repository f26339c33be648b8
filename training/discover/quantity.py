"""Values of a feature as a person writes them, with their unit."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np
from numpy.typing import NDArray

from herdbook.feature import Feature


def say_value(feature: Feature, value: float) -> str:
    """Say one value of a frame's column: `4,520 kg`, `4 legs`, `yes`, `red`, `missing`."""
    if isnan(value):
        return "missing"
    if feature.type == "category":
        return feature.values[int(value)]
    if feature.type == "boolean":
        return "yes" if value else "no"
    return " ".join(filter(None, [say_number(value), feature.unit]))


def say_range(feature: Feature, low: float, high: float) -> str:
    """Say a range of a number: `3,900 to 5,100 kg`, or one value where both ends are said alike."""
    if say_number(low) == say_number(high):
        return say_value(feature, low)
    return f"{say_number(low)} to {say_value(feature, high)}"


def say_number(value: float) -> str:
    """Say a number with four significant digits, and with thousands set apart."""
    if value == 0:
        return "0"
    if 1_000 <= abs(value) < 1e12:
        return f"{float(f'{value:.4g}'):,.0f}"
    return f"{value:.4g}"


def say_share(share: float) -> str:
    """Say a share in per cent, so that neither all nor none is said of what is not quite so."""
    if 0.995 <= share < 1:
        return "over 99%"
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def say_list(parts: Sequence[str]) -> str:
    """Join parts with commas and a last `and`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def quantiles(known: NDArray[np.float64], at: Sequence[float]) -> list[float]:
    """Interpolate quantiles of values (n,), n ≥ 1, finite however far apart the values lie."""
    largest = float(np.abs(known).max())
    unit = 4.0 if largest > 1e300 else 1.0  # the distance of two such values is no float64
    return [float(value) * unit for value in np.quantile(known / unit, at)]
