"""The grid: every pair of parameters that was tried, and why one of them was taken."""

from __future__ import annotations

from typing import Any

from pages.block import Fold, Plot, Prose, Section, Table, present
from pages.discovery.found import Found
from pages.number import count, fixed, number, share
from pages.plot import axis, css, figure, layout

OPEN_UP_TO = 16
NAMES = {
    "share": "Share",
    "factor": "Factor",
    "min_cluster_size": "min_cluster_size",
    "min_samples": "min_samples",
    "n_clusters": "Clusters",
    "outlier_share": "In none",
    "validity": "Validity",
    "stability": "Stability",
    "score": "Score",
}


def show_grid(found: Found) -> Section | None:
    """Show the whole grid, the chosen row marked."""
    parameters = found.part("parameters")
    grid = [row for row in parameters.get("grid") or [] if isinstance(row, dict)]
    if not grid:
        return None
    table = _table(grid)
    shown = table if len(grid) <= OPEN_UP_TO else Fold(f"The whole grid: {count(len(grid), 'row')}", [table])
    says = "Nothing is set by hand: several pairs of parameters were tried on the records, and one was taken."
    rule = found.say(parameters.get("rule"))
    blocks = present(Prose([rule]) if rule else None, _plot(grid), shown)
    return Section("grid", "How the parameters were chosen", says, blocks)


def _table(grid: list[dict[str, Any]]) -> Table:
    extra = [
        name
        for name, value in grid[0].items()
        if name not in NAMES and name != "is_chosen" and isinstance(value, int | float | str | None)
    ]
    columns = [name for name in [*NAMES, *extra] if any(name in row for row in grid)]
    rows = [[_write(name, row.get(name)) for name in columns] for row in grid]
    marked = frozenset(place for place, row in enumerate(grid) if row.get("is_chosen"))
    heads = [f"#{NAMES.get(name, name.replace('_', ' '))}" for name in columns]
    note = (
        "The marked row was taken. Share and factor hold for any number of records; sizes follow from them."
    )
    return Table("All parameters tried", heads, rows, note=note, marked=marked)


def _write(name: str, value: Any) -> str:
    if name == "outlier_share":
        return share(value)
    is_measure = name in {"validity", "stability", "score"} and isinstance(value, int | float)
    return fixed(value, 3) if is_measure else number(value)


def _plot(grid: list[dict[str, Any]]) -> Plot | None:
    known = [row for row in grid if row.get("validity") is not None and row.get("stability") is not None]
    if len(known) < 2:
        return None
    chosen = next((row for row in known if row.get("is_chosen")), None)
    finding = (
        f"the chosen pair has a validity of {fixed(chosen['validity'], 2)} and a stability of "
        f"{fixed(chosen['stability'], 2)}"
        if chosen
        else f"{len(known)} pairs"
    )
    return Plot(
        "plot-grid",
        "Validity against stability.",
        "Each point is a pair of parameters, with the number of its clusters; the diamond is the choice.",
        _figure(known),
        finding,
        height=360,
        width=620,
    )


def _figure(known: list[dict[str, Any]]) -> dict[str, Any]:
    is_chosen = [bool(row.get("is_chosen")) for row in known]
    texts = [
        f"min_cluster_size {number(row.get('min_cluster_size'))}, "
        f"min_samples {number(row.get('min_samples'))}<br>"
        f"{number(row.get('n_clusters'))} clusters<br>score {fixed(row.get('score'), 3)}"
        for row in known
    ]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row["stability"] for row in known],
        "y": [row["validity"] for row in known],
        "text": [number(row.get("n_clusters")) for row in known],
        "textposition": "top center",
        "textfont": {"size": 11, "color": css("soft")},
        "customdata": texts,
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "size": [14 if one else 8 for one in is_chosen],
            "symbol": ["diamond" if one else "circle" for one in is_chosen],
            "color": [css("c1" if one else "c0") for one in is_chosen],
            "opacity": 0.85,
        },
        "cliponaxis": False,
    }
    return figure([trace], layout(axis("stability under resampling"), axis("density validity")))
