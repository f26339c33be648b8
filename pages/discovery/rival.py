"""Rivals: what other methods find in the same records."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Section, Table
from pages.discovery.found import Found
from pages.number import fixed, number
from pages.plot import axis, css, figure, layout, line_at


def show_rivals(found: Found) -> Section | None:
    """Show k-means and Gaussian mixtures over their numbers of groups."""
    rivals = [rival for rival in found.report.get("rivals") or [] if rival.get("scores")]
    if not rivals:
        return None
    plots = [_plot(found, place, rival) for place, rival in enumerate(rivals)]
    says = (
        "Two other methods on the same records, for comparison; neither is used. Both are told the number of "
        "groups and put every record into one, outliers too."
    )
    return Section("rivals", "Other methods", says, [*plots, _table(rivals)])


def _plot(found: Found, place: int, rival: dict[str, Any]) -> Plot:
    measure = str(rival.get("score_name") or "score")
    ours = found.report.get("n_clusters")
    better = rival.get("better") or ("smaller" if measure == "BIC" else "larger")
    says = found.say(rival.get("says")) or f"{measure} for each number of groups."
    return Plot(
        f"plot-rival-{place}",
        f"{rival.get('method')}.",
        f"{says} The {better} the {measure}, the better; the diamond is its best, the dotted "
        "line the number that HDBSCAN found.",
        _figure(found, rival, measure, f"c{place}"),
        f"best with {number(rival.get('n_clusters'))} groups, HDBSCAN found {number(ours)}",
        height=260,
        width=620,
    )


def _figure(found: Found, rival: dict[str, Any], measure: str, colour: str) -> dict[str, Any]:
    scores = sorted((int(k), score) for k, score in rival["scores"].items() if score is not None)
    best, ours = rival.get("n_clusters"), found.report.get("n_clusters")
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [k for k, _ in scores],
        "y": [score for _, score in scores],
        "line": {"color": css(colour), "width": 2},
        "marker": {
            "color": css(colour),
            "size": [12 if k == best else 6 for k, _ in scores],
            "symbol": ["diamond" if k == best else "circle" for k, _ in scores],
        },
        "hovertemplate": f"%{{x}} groups: {measure} %{{y:,.4g}}<extra></extra>",
    }
    lines = [line_at(ours)] if ours else []
    title = "number of groups"
    return figure([trace], layout(axis(title, dtick=1), axis(measure), shapes=lines))


def _table(rivals: list[dict[str, Any]]) -> Table:
    rows = [
        [
            str(rival.get("method")),
            str(rival.get("score_name")),
            number(rival.get("n_clusters")),
            Cell(fixed(rival.get("adjusted_rand_index_with_hdbscan"), 2)),
            Cell(fixed(rival.get("adjusted_rand_index_in_clusters"), 2)),
        ]
        for rival in rivals
    ]
    heads = ["Method", "Chosen by", "#Groups", "#Agreement, all records", "#Agreement, records in clusters"]
    return Table("Agreement with HDBSCAN (adjusted Rand index)", heads, rows)
