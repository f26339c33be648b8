"""A cluster's profile: every feature in its own unit, beside where all other clusters lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.block import Block, Cell, Fold, Table
from pages.discovery.found import Found
from pages.number import count, number, share
from pages.strip import Scale, Strip, find_scale

SHOWN, MOST_FEATURES = 8, 24
"""So many features are shown at once, and so many when the rest is unfolded."""


def make_profile(found: Found, cluster: Mapping[str, Any]) -> Block | None:
    """Show a cluster's features, those that separate it first."""
    features = cluster.get("features") or {}
    if not features:
        return None
    order = order_features(cluster)
    rows = [_row(found, cluster, name) for name in order[:MOST_FEATURES]]
    heads = ["Feature", "In all clusters' range", "#Typical"]
    more = len(order) - len(rows)
    note = f"And {count(more, 'more feature')}." if more > 0 else ""
    first = Table("Profile", heads, rows[:SHOWN], note=note if len(rows) <= SHOWN else "")
    if len(rows) <= SHOWN:
        return first
    return Fold(
        f"Profile: {', '.join(order[:3])} and {len(order) - 3} more",
        [Table("Profile", heads, rows, note=note)],
    )


def order_features(cluster: Mapping[str, Any]) -> list[str]:
    """List a cluster's features, those of the greatest effect first."""
    features = cluster.get("features") or {}
    separating = [one["feature"] for one in cluster.get("separates") or [] if one.get("feature") in features]
    return list(dict.fromkeys([*separating, *features]))


def _row(found: Found, cluster: Mapping[str, Any], name: str) -> list[object]:
    profile = cluster["features"][name]
    text, detail = describe(profile)
    strip = _strip(found, cluster, name)
    missing = profile.get("n_missing")
    detail += f"{'; ' if detail else ''}{missing:,} missing" if missing else ""
    return [name, Cell("", strip=strip) if strip else "", Cell(text, detail)]


def describe(profile: Mapping[str, Any]) -> tuple[str, str]:
    r"""Say what is typical of a feature, and how it varies.

    >>> describe({"unit": "kg", "median": 4.2, "middle_half": [3, 5], "minimum": 1, "maximum": 9})
    ('4.2 kg', '3 to 5')
    >>> describe({"unit": None, "shares": {"red": 0.75, "blue": 0.25}})
    ('red 75.0\xa0%', 'blue 25.0\xa0%')
    """
    if profile.get("share_true") is not None:
        return f"{share(profile['share_true'])} yes", ""
    if profile.get("shares"):
        shares = sorted(profile["shares"].items(), key=lambda item: -item[1])
        said = [f"{value} {share(one)}" for value, one in shares]
        more = f", {len(said) - 3} more" if len(said) > 3 else ""
        return said[0], ", ".join(said[1:3]) + more
    if profile.get("median") is None:
        return "missing", ""
    unit = f" {profile['unit']}" if profile.get("unit") else ""
    half = profile.get("middle_half")
    return f"{number(profile['median'])}{unit}", _range(half) if half else ""


def _range(half: Sequence[Any]) -> str:
    low, high = (number(one) for one in half)
    return f"all {low}" if low == high else f"{low} to {high}"


def _strip(found: Found, cluster: Mapping[str, Any], name: str) -> Strip | None:
    profile, identity = cluster["features"][name], found.of(cluster["cluster"])
    if profile.get("share_true") is not None:
        at = round(100 * profile["share_true"], 1)
        return Strip(0, at, 0, at, at, identity.colour, f"true of {share(profile['share_true'])}")
    scale = _scale(found, name)
    if scale is None or profile.get("median") is None:
        return None
    low, high = profile.get("minimum", profile["median"]), profile.get("maximum", profile["median"])
    first, third = profile.get("middle_half") or (profile["median"], profile["median"])
    return Strip(
        low=scale.place(low),
        high=scale.place(high),
        first=scale.place(first),
        third=scale.place(third),
        middle=scale.place(profile["median"]),
        colour=identity.colour,
        says=f"{number(low)} to {number(high)}, the middle half {number(first)} to {number(third)}",
    )


def _scale(found: Found, name: str) -> Scale | None:
    """Give the scale of a feature: from the least to the greatest value in any cluster."""
    all_of_it = [cluster.get("features", {}).get(name) or {} for cluster in found.clusters]
    known = [one for one in all_of_it if one.get("median") is not None]
    if not known:
        return None
    low = min(one.get("minimum", one["median"]) for one in known)
    high = max(one.get("maximum", one["median"]) for one in known)
    return find_scale(low, high, [one["median"] for one in known])
