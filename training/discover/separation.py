"""What separates each cluster from the others: effect sizes, each with a plain sentence.

No p-values: clusters were made from these very features, so every test would reject.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.feature import Feature
from training.discover.quantity import quantiles, say_range, say_share, say_value
from training.discover.view import View

NEGLIGIBLE = {"Cliff's delta": 0.147, "Cramér's V": 0.1, "risk difference": 0.1}
"""Below this a sentence says "hardly differs": Romano et al. (2006) for Cliff's delta, Cohen (1988) for w,
which V is for two groups; the same is taken for a difference of two shares."""


FEW = 0.25
"""If at most so many of the others lie where nine tenths of a cluster do, its sentence says so."""


def separate_clusters(view: View) -> list[list[dict[str, Any]]]:
    """Give the effect of every feature on every cluster, largest first, against `others_of`.

    A number is told apart by Cliff's delta (1993): P(larger here) - P(smaller here) over pairs of one record
    each; a boolean, and a missing number or boolean, by the difference of two shares; a category by
    Cramér's V, a missing one being a value of its own.
    """
    against, others = others_of(view)
    numbers = range(view.clusters.n_clusters)
    found: list[list[dict[str, Any]]] = [[] for _ in numbers]
    if against is None:
        return found
    for feature, column in zip(view.dataset.features, view.frame.T, strict=True):
        for number in numbers:
            members = view.cluster == number
            theirs = others & ~members
            if members.any() and theirs.any():
                found[number] += _effects(feature, column[members], column[theirs], against)
    return [sorted(effects, key=lambda effect: -abs(effect["effect"])) for effects in found]


def others_of(view: View) -> tuple[str | None, NDArray[np.bool_]]:
    """Say with whom a cluster is compared, and which records those are, members included, shape (n,).

    All other clusters; the outliers where there is but one cluster; None where there is nobody.
    """
    inside = view.cluster >= 0
    if len(np.unique(view.cluster[inside])) > 1:
        return "in the other clusters", inside
    if inside.any() and not inside.all():
        return "among the outliers", np.ones(len(inside), dtype=np.bool_)
    return None, inside


def _effects(
    feature: Feature, ours: NDArray[np.float64], theirs: NDArray[np.float64], against: str
) -> list[dict[str, Any]]:
    if feature.type == "category":
        return [_category(feature, ours, theirs, against)]
    effects = []
    here, there = np.isnan(ours), np.isnan(theirs)
    if not (here.all() or there.all()):
        measure = _boolean if feature.type == "boolean" else _number
        effects.append(measure(feature, ours[~here], theirs[~there], against))
    if abs(effect := float(here.mean() - there.mean())) >= NEGLIGIBLE["risk difference"]:
        shares = f"{say_share(here.mean())} here, in {say_share(there.mean())} {against}"
        says = f"{feature.name} is missing in {shares}"
        effects.append(_effect(feature, effect, "risk difference", says))
    return effects


def _effect(feature: Feature, effect: float, measure: str, says: str) -> dict[str, Any]:
    return {"feature": feature.name, "effect": effect, "measure": measure, "says": says}


def _number(
    feature: Feature, ours: NDArray[np.float64], theirs: NDArray[np.float64], against: str
) -> dict[str, Any]:
    larger, smaller = compare_pairs(ours, theirs)
    effect = larger - smaller
    middle, their_middle = (say_value(feature, quantiles(side, [0.5])[0]) for side in (ours, theirs))
    medians = f"median {middle} here, {their_middle} {against}"
    if abs(effect) < NEGLIGIBLE["Cliff's delta"]:
        says = f"{feature.name} hardly differs: {medians}"
    else:
        word, share = ("larger", larger) if effect > 0 else ("smaller", smaller)
        says = f"{feature.name} is {word}: {medians}; {word} here in {say_share(share)} of pairs"
    low, high = quantiles(ours, [0.05, 0.95])
    within = float(((theirs >= low) & (theirs <= high)).mean())
    if within <= FEW:  # also what lies between the others, which no median tells
        says += (
            f"; {say_share(within)} of those lie in the {say_range(feature, low, high)} of nine tenths here"
        )
    return _effect(feature, effect, "Cliff's delta", says) | {"others_within": within}


def compare_pairs(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> tuple[float, float]:
    """Give the shares of all pairs in which ours is larger, and in which it is smaller."""
    _, code = np.unique(np.concatenate([ours, theirs]), return_inverse=True)
    mine = np.bincount(code[: len(ours)], minlength=code.max() + 1).astype(np.float64)
    yours = np.bincount(code[len(ours) :], minlength=code.max() + 1).astype(np.float64)
    up_to = np.cumsum(yours)
    pairs = float(len(ours)) * len(theirs)
    return float(mine @ (up_to - yours)) / pairs, float(mine @ (up_to[-1] - up_to)) / pairs


def _boolean(
    feature: Feature, ours: NDArray[np.float64], theirs: NDArray[np.float64], against: str
) -> dict[str, Any]:
    effect = float(ours.mean() - theirs.mean())
    shares = f"yes in {say_share(ours.mean())} here, in {say_share(theirs.mean())} {against}"
    hardly = " hardly differs" if abs(effect) < NEGLIGIBLE["risk difference"] else ""
    return _effect(feature, effect, "risk difference", f"{feature.name}{hardly}: {shares}")


def _category(
    feature: Feature, ours: NDArray[np.float64], theirs: NDArray[np.float64], against: str
) -> dict[str, Any]:
    n_values = len(feature.values)
    counts = np.array(
        [
            np.bincount(np.nan_to_num(side, nan=n_values).astype(np.int64), minlength=n_values + 1)
            for side in (ours, theirs)
        ]
    )
    effect = cramers_v(counts)
    shares = counts / counts.sum(axis=1, keepdims=True)
    place = int(np.abs(shares[0] - shares[1]).argmax())
    value = [*feature.values, "missing"][place]
    hardly = " hardly differs" if effect < NEGLIGIBLE["Cramér's V"] else ""
    here, there = (say_share(share) for share in shares[:, place])
    says = f"{feature.name}{hardly}: {value} in {here} here, in {there} {against}"
    return _effect(feature, effect, "Cramér's V", says)


def cramers_v(counts: NDArray[np.int64]) -> float:
    """Cramér's V of a table of counts (2, n_values) with no empty row: 0 alike, 1 nothing in common."""
    seen = counts[:, counts.sum(axis=0) > 0].astype(np.float64)
    total = seen.sum()
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / total
    return float(np.sqrt(min(((seen - expected) ** 2 / expected).sum() / total, 1.0)))
