"""Rules of a dataset file: conditions on features, evaluated on a frame."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from herdbook.feature import Declared, Feature

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
CONDITION = re.compile(r"^\s*([A-Za-z]\w*)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$")


@dataclass(frozen=True)
class Condition:
    """One comparison of a feature with a constant."""

    feature: str
    comparison: str
    value: float | str


def parse_condition(text: str) -> Condition:
    """Read `weight > 150`, `has_wings == true` or `colour == "red"`.

    Raises
    ------
    ValueError
        The text is no comparison of a feature with a constant.
    """
    found = CONDITION.match(text)
    if found is None:
        raise ValueError(f"the condition {text!r} is not `feature comparison value`, such as `weight > 150`")
    feature, comparison, constant = found.groups()
    return Condition(feature, comparison, _constant(constant))


def _constant(text: str) -> float | str:
    if text in {"true", "false"}:
        return float(text == "true")
    try:
        return float(text)
    except ValueError:
        return text.strip("\"'")


class Rule(Declared):
    """A label and the conditions, all of which must hold."""

    label: str = Field(min_length=1, max_length=200)
    when: tuple[str, ...] = Field(min_length=1)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The parsed conditions."""
        return tuple(parse_condition(text) for text in self.when)


def fulfils(rule: Rule, features: Sequence[Feature], frame: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say for each record of a frame (n_records, n_features) whether all conditions of the rule hold.

    A missing value fulfils no condition.
    """
    verdict = np.ones(len(frame), dtype=np.bool_)
    names = [feature.name for feature in features]
    for condition in rule.conditions:
        place = names.index(condition.feature)
        column = frame[:, place]
        constant = _code(condition.value, features[place])
        verdict &= COMPARISONS[condition.comparison](column, constant) & ~np.isnan(column)
    return verdict


def _code(value: float | str, feature: Feature) -> float:
    if isinstance(value, str):
        return float(feature.values.index(value)) if value in feature.values else np.nan
    return value
