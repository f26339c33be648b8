"""Groups of records that are answered significantly worse than the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from herdbook.feature import Feature
from training.control.column import name_value, write_number, write_range
from training.control.finding import Evidence, Finding, percent
from training.interval import wilson

NAME, TITLE = "groups", "No group is answered significantly worse"
FEWEST_RECORDS = 10
"""Smaller groups are not tested: next to nothing could be shown about them."""
FEW_VALUES = 5
"""A number with at most so many values is grouped by them, others by quarters."""
LEVEL = 0.05
LEAST_GAP = 0.02
"""With many records any difference is significant; fewer points than these are not worth a finding."""
MOST_TOLD = 3


@dataclass(frozen=True, eq=False)
class Group:
    """Some records, shape (n,), and what they have in common."""

    says: str
    members: NDArray[np.bool_]


def check_groups(evidence: Evidence) -> Finding:
    """Test each group's errors against all others' by Fisher's exact test, corrected by Holm's method.

    Each record counts once in the test, as the first repeat answered it. What is told is the mean over all
    repeats, as in the evaluation's own accuracy.
    """
    is_wrong = evidence.probabilities.argmax(axis=2) != evidence.y
    n = len(evidence.y)
    groups = [
        one for one in list_groups(evidence) if FEWEST_RECORDS <= one.members.sum() <= n - FEWEST_RECORDS
    ]
    if not groups:
        says = f"There is no group of at least {FEWEST_RECORDS} records to compare with as many others."
        return Finding(NAME, TITLE, None, says, {})
    members = np.stack([one.members for one in groups])
    adjusted = adjust_holm(_test(members, is_wrong[0]))
    gaps = [_measure_gap(one, is_wrong) for one in members]
    worse = [
        _describe(groups[place], is_wrong, adjusted[place])
        for place in np.lexsort((np.negative(gaps), adjusted))
        if adjusted[place] <= LEVEL and gaps[place] >= LEAST_GAP
    ]
    facts = {
        "n_groups": len(groups),
        "accuracy": 1 - float(is_wrong.mean()),
        "test": "Fisher's exact test, one-sided, of wrong answers in the group against all other records, as "
        "counted in the first repeat",
        "correction": "Holm",
        "level": LEVEL,
        "least_gap": LEAST_GAP,
        "worse": worse,
    }
    return _judge(facts, worse)


def _test(members: NDArray[np.bool_], is_wrong: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the chance of as many wrong answers (n,) in each group (n_groups, n) if all were alike."""
    sizes, errors = members.sum(axis=1), (members & is_wrong).sum(axis=1)
    return np.asarray(hypergeom.sf(errors - 1, len(is_wrong), is_wrong.sum(), sizes))


def _measure_gap(members: NDArray[np.bool_], is_wrong: NDArray[np.bool_]) -> float:
    return float(is_wrong[:, members].mean() - is_wrong[:, ~members].mean())


def adjust_holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust m p-values for having looked at all (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    m = len(p_values)
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(m, 0, -1))
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def list_groups(evidence: Evidence) -> list[Group]:
    """List the values of categories, booleans and clusters, quarters of numbers, and missing values."""
    found = []
    for place, feature in enumerate(evidence.dataset.features):
        found += _split(feature, evidence.frame[:, place])
    for number in np.unique(evidence.cluster):
        says = "the record is in no cluster" if number < 0 else f"the record is in cluster {number}"
        found.append(Group(says, evidence.cluster == number))
    return found


def _split(feature: Feature, column: NDArray[np.float64]) -> list[Group]:
    is_missing = np.isnan(column)
    found = [Group(f"{feature.name} is missing", is_missing)] if is_missing.any() else []
    values = np.unique(column[~is_missing])
    if feature.type in {"category", "boolean"}:
        return found + [
            Group(f"{feature.name} is {name_value(feature, one)}", column == one) for one in values
        ]
    if len(values) <= FEW_VALUES:
        return found + [Group(f"{feature.name} = {write_number(one)}", column == one) for one in values]
    quarters = np.quantile(column[~is_missing], [0.25, 0.5, 0.75])
    # rounded before rows are counted, so that the sentence says exactly which they are
    edges = [-np.inf, *np.unique([float(f"{edge:.2e}") for edge in quarters]), np.inf]
    return found + [
        Group(write_range(feature, low, high), (column > low) & (column <= high))
        for low, high in pairwise(edges)
    ]


def _describe(group: Group, is_wrong: NDArray[np.bool_], p_value: float) -> dict[str, Any]:
    n, share = int(group.members.sum()), 1 - float(is_wrong[:, group.members].mean())
    return {
        "group": group.says,
        "n": n,
        "accuracy": wilson(share * n, n).to_json(),
        "accuracy_first_repeat": 1 - float(is_wrong[0, group.members].mean()),
        "accuracy_elsewhere": 1 - float(is_wrong[:, ~group.members].mean()),
        "adjusted_p_value": float(p_value),
    }


def _judge(facts: dict[str, Any], worse: list[dict[str, Any]]) -> Finding:
    n = facts["n_groups"]
    if not worse:
        says = (
            f"None of {n} groups is answered significantly worse than the other records (Holm's method, 5 %)."
        )
        return Finding(NAME, TITLE, True, says, facts)
    told = "; ".join(
        f"where {one['group']}, {percent(one['accuracy']['value'])} are right (n = {one['n']:,}) against "
        f"{percent(one['accuracy_elsewhere'])} elsewhere"
        for one in worse[:MOST_TOLD]
    )
    rest = f"; and {len(worse) - MOST_TOLD} more" if len(worse) > MOST_TOLD else ""
    says = (
        f"{len(worse)} of {n} groups {'is' if len(worse) == 1 else 'are'} answered significantly worse "
        f"(Holm's method, 5 %): {told}{rest}. The overall scores do not hold there: quote these instead, or "
        "gather more such records."
    )
    return Finding(NAME, TITLE, False, says, facts)
