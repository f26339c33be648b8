"""Records in no cluster, and the rule by which they are called so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.block import Block, Cell, Facts, Plot, Prose, Section, Table, present
from pages.discovery.found import Found
from pages.discovery.profile import describe
from pages.number import MISSING, PER_CENT, count, fixed, number, sentence, share
from pages.plot import axis, css, figure, layout

MOST_RECORDS = 10
MOST_FEATURES = 12
BINS = 40


def show_outliers(found: Found) -> Section | None:
    """Show how many records lie in no cluster, by which rule, and which do so most."""
    outliers = found.part("outliers")
    if not outliers:
        return None
    if "n" not in outliers and "features" not in outliers:
        outliers = {"features": outliers}
    n = outliers.get("n", found.report.get("n_outliers"))
    portion = outliers.get("share")
    of = f" ({share(portion)})" if portion is not None else ""
    says = f"{count(n, 'record')}{of} in no cluster." if n else "No record lies outside of the clusters."
    blocks = present(
        *_threshold(outliers.get("threshold")), _scores(found), _most(found, outliers), _profile(outliers)
    )
    return Section("outliers", "Outliers and threshold", says, blocks)


def _threshold(threshold: Any) -> list[Block]:
    if not isinstance(threshold, Mapping):
        return []
    facts = [
        (str(name).replace("_", " "), _fact(str(name), value))
        for name, value in threshold.items()
        if name != "rule" and isinstance(value, int | float | str)
    ]
    rule = sentence(threshold.get("rule"))
    return present(Prose([rule]) if rule else None, Facts(facts) if facts else None)


def _fact(name: str, value: Any) -> str:
    is_share = ("rate" in name or "share" in name) and isinstance(value, float) and 0 <= value <= 1
    return share(value) if is_share else number(value)


def _scores(found: Found) -> Plot | None:
    """Draw how outlier scores are distributed, of records in clusters and of the others."""
    points = [
        point for point in found.part("map").get("points") or [] if len(point) > 3 and point[3] is not None
    ]
    outside = [point[3] for point in points if point[2] < 0]
    inside = [point[3] for point in points if point[2] >= 0]
    if not inside or not outside:
        return None
    middle = sorted(outside)[len(outside) // 2]
    over = sum(one > middle for one in inside) / len(inside)
    return Plot(
        "plot-outlier-scores",
        "Outlier scores.",
        "How unusual each record on the map is for where it lies (GLOSH, 0 to 1), in clusters and outside.",
        _histogram(inside, outside),
        f"the median score outside of clusters is {fixed(middle, 2)}; {share(over)} of members score higher",
        height=270,
    )


def _histogram(inside: list[float], outside: list[float]) -> dict[str, Any]:
    groups = (("in a cluster", inside, "c0"), ("in no cluster", outside, "noise"))
    traces = [
        {
            "type": "histogram",
            "name": name,
            "x": scores,
            "histnorm": "percent",
            "xbins": {"start": 0, "end": 1.0001, "size": 1 / BINS},
            "marker": {"color": css(colour)},
            "opacity": 0.7,
            "hovertemplate": f"{name}: %{{y:.1f}}{PER_CENT} score %{{x}}<extra></extra>",
        }
        for name, scores, colour in groups
    ]
    return figure(
        traces,
        layout(
            axis("outlier score", range=[0, 1]), axis("% of the group"), barmode="overlay", showlegend=True
        ),
    )


def _most(found: Found, outliers: Mapping[str, Any]) -> Table | None:
    records = (outliers.get("most_outlying") or [])[:MOST_RECORDS]
    if not records:
        return None
    rows = [
        [
            f"row {one.get('row')}",
            fixed(one.get("outlier_score"), 2),
            Cell(
                " ".join(found.say(why.get("says")) for why in one.get("why") or []) or MISSING,
                _values(one.get("record") or {}),
            ),
        ]
        for one in records
    ]
    return Table("Most outlying records", ["Record", "#Score", "Why, and its values"], rows)


def _values(record: Mapping[str, Any]) -> str:
    said = [f"{name} {number(value)}" for name, value in list(record.items())[:MOST_FEATURES]]
    more = f" and {len(record) - MOST_FEATURES} more" if len(record) > MOST_FEATURES else ""
    return ", ".join(said) + more


def _profile(outliers: Mapping[str, Any]) -> Table | None:
    features = outliers.get("features") or {}
    rows = [[name, Cell(*describe(profile))] for name, profile in list(features.items())[:MOST_FEATURES]]
    if not rows or not outliers.get("n", 1):
        return None
    more = len(features) - len(rows)
    note = f"And {count(more, 'more feature')}." if more > 0 else ""
    return Table("Profile of the records in no cluster", ["Feature", "#Typical"], rows, note=note)
