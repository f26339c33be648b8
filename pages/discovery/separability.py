"""Separability: how far the clusters lie from one another."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Section, Table, present
from pages.discovery.found import Found
from pages.number import fixed, number
from pages.plot import axis, css, figure, label, layout, line_at, names_axis, rows_height

MOST_PAIRS = 12
MOST_CLUSTERS = 30


def show_separability(found: Found) -> Section | None:
    """Show silhouettes and the nearest pairs of clusters."""
    part = found.part("separability")
    blocks = present(_silhouettes(found, part), _pairs(found, part))
    if not blocks:
        return None
    return Section("separability", "Separability", found.say(part.get("says")), blocks)


def _silhouettes(found: Found, part: dict[str, Any]) -> Plot | None:
    known = [(at, one) for at, one in enumerate(part.get("by_cluster") or []) if one is not None]
    if not known:
        return None
    shown = known if len(known) <= MOST_CLUSTERS else sorted(known, key=lambda one: one[1])[:MOST_CLUSTERS]
    more = f" The {MOST_CLUSTERS} lowest of {len(known)} are drawn." if len(known) > len(shown) else ""
    lowest = min(known, key=lambda one: one[1])
    says = (
        "Mean silhouette of each cluster: 1 if its records lie far from any other, 0 if they touch one, "
        f"below 0 if they lie nearer to another. It favours round clusters.{more}"
    )
    finding = f"the least distinct is {found.of(lowest[0]).name} with {fixed(lowest[1], 2)}"
    drawn, height = _figure(found, shown, part.get("silhouette")), rows_height(len(shown))
    return Plot("plot-silhouettes", "Silhouettes.", says, drawn, finding, height=height)


def _figure(found: Found, shown: list[tuple[int, float]], overall: float | None) -> dict[str, Any]:
    identities = [found.of(at) for at, _ in shown]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [value for _, value in shown],
        "y": list(range(len(shown))),
        "width": 0.55,
        "marker": {"color": [css(one.colour) for one in identities], "opacity": 0.85},
        "text": [
            f"{label(one.full, 60)}: {fixed(value, 3)}"
            for one, (_, value) in zip(identities, shown, strict=True)
        ],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    low = min([0.0, *(value for _, value in shown)])
    lines = [] if overall is None else [line_at(overall)]
    title = "silhouette" if overall is None else "silhouette (dotted: all records)"
    x = axis(title, range=[low * 1.1, 1.0])
    return figure([trace], layout(x, names_axis([one.name for one in identities]), shapes=lines))


def _pairs(found: Found, part: dict[str, Any]) -> Table | None:
    pairs = (part.get("nearest_pairs") or [])[:MOST_PAIRS]
    if not pairs:
        return None
    rows = []
    for pair in pairs:
        a, b = found.of(pair.get("a")), found.of(pair.get("b"))
        rows.append(
            [Cell(a.name, identity=a), Cell(b.name, identity=b), number(pair.get("distance_in_spreads"))]
        )
    note = (
        "A spread is the standard deviation of both clusters' records along the line between their centres."
    )
    return Table("Nearest pairs", ["Cluster", "and", "#Spreads apart"], rows, note=note)
