"""What is typical of each cluster, in the units of the features, and what tells it from the others."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ui.answer import share
from ui.figure.plane import colour_of, name_of
from ui.form import say_name
from ui.markup import table

MOST_SEPARATING = 3
MOST_FEATURES = 24


def write_profiles(found: Mapping[str, Any]) -> str:
    """Write a card for each cluster, and one table of all."""
    cards = "".join(_card(cluster, found["names"]) for cluster in found["clusters"])
    return f'<h2>What tells them apart</h2><div class="cards">{cards}</div>{_table(found)}'


def _card(cluster: Mapping[str, Any], names: Mapping[str, str]) -> str:
    number = int(cluster["cluster"])
    stable = f" · stability {cluster['stability']:.2f}" if cluster.get("stability") is not None else ""
    points = "".join(
        f"<li>{escape(say_effect(one))}</li>" for one in (cluster.get("separates") or [])[:MOST_SEPARATING]
    )
    return (
        f'<section class="card {colour_of(number)}"><h3><span class="swatch"></span>'
        f"{escape(name_of(number, names))}</h3>"
        f'<p class="hint">{cluster["n_records"]:,} records ({share(cluster["share"])}){stable}</p>'
        f"<ul>{points}</ul></section>"
    )


def say_effect(effect: Mapping[str, Any]) -> str:
    """Say how a feature tells a cluster from the others.

    >>> say_effect({"feature": "n_legs", "says": "n_legs is larger: 4 here, 2 elsewhere; in 65% of pairs"})
    'N legs is larger: 4 here, 2 elsewhere.'
    """
    said = str(effect["says"]).split("; ")[0].replace(effect["feature"], say_name(effect["feature"]), 1)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _table(found: Mapping[str, Any]) -> str:
    if not found["clusters"]:
        return ""
    features = list(found["clusters"][0].get("features") or {})[:MOST_FEATURES]
    heads = ["Feature", *(f"#{name_of(one['cluster'], found['names'])}" for one in found["clusters"])]
    rows = [
        [say_name(feature), *(describe(one["features"].get(feature) or {}) for one in found["clusters"])]
        for feature in features
    ]
    return table(heads, rows, caption="Typical values: the median, and the middle half of the records")


def describe(profile: Mapping[str, Any]) -> str:
    r"""Say what is typical of a feature.

    >>> describe({"unit": "kg", "median": 4.2, "middle_half": [3, 5]})
    '4.2 kg (3 to 5)'
    >>> describe({"unit": None, "share_true": 1.0})
    '100\xa0% yes'
    """
    if profile.get("share_true") is not None:
        return f"{share(profile['share_true'])} yes"
    if profile.get("shares"):
        value, part = max(profile["shares"].items(), key=lambda item: item[1])
        return f"{value} {share(part)}"
    if profile.get("median") is None:
        return "missing"
    unit = f" {profile['unit']}" if profile.get("unit") else ""
    half = profile.get("middle_half")
    spread = f" ({number(half[0])} to {number(half[1])})" if half and half[0] != half[1] else ""
    return f"{number(profile['median'])}{unit}{spread}"


def number(value: float) -> str:
    """Write a number to three significant digits, a larger one whole.

    >>> number(0.46165), number(38.85), number(12345.6), number(4.0)
    ('0.462', '38.9', '12,346', '4')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
