"""The map: records in the plane in which they differ most."""

from __future__ import annotations

from typing import Any

from pages.block import Fold, Plot, Section, Table, present
from pages.discovery.found import Found
from pages.number import count, fixed, listed, sentence, share
from pages.plot import axis, css, figure, label, layout

MOST_POINTS = 5_000
MOST_LOADINGS = 20
LEGEND_UP_TO = 10
"""Of more clusters the map carries the names itself; a legend of them would be larger than the map."""


def show_map(found: Found) -> Section | None:
    """Draw the records, coloured by cluster."""
    drawn = found.part("map")
    points = (drawn.get("points") or [])[:MOST_POINTS]
    if not points:
        return None
    explained = [one or 0.0 for one in drawn.get("explained") or []]
    held = f" The plane holds {share(min(sum(explained), 1.0))} of their variance." if explained else ""
    method = drawn.get("method", "PCA")
    total = found.report.get("n_records") or len(points)
    of = f"{len(points):,} of {total:,} records" if total > len(points) else count(total, "record")
    says = f"{of}, each a point in the plane in which they differ most ({method}).{held}"
    plot = Plot("plot-map", "Map of the records.", says, _figure(found, points), _finding(found), height=560)
    hint = "Distances across the plane are not all distances: groups that overlap here may still be apart."
    return Section("map", "Map", hint, present(plot, _loadings(drawn)))


def _finding(found: Found) -> str:
    names = [found.of(cluster["cluster"]).name for cluster in found.clusters]
    return f"{count(len(names), 'cluster')} ({listed(names, 8)})" if names else "no clusters"


def _figure(found: Found, points: list[list[Any]]) -> dict[str, Any]:
    groups: dict[int, list[list[Any]]] = {}
    for point in points:
        groups.setdefault(int(point[2]), []).append(point)
    traces = [_trace(found, number, groups[number]) for number in sorted(groups)]
    drawn = found.part("map")
    titles = [_title(drawn, place) for place in (0, 1)]
    marks = [_mark(found, number, part) for number, part in groups.items() if number >= 0]
    quiet = {"showticklabels": False, "ticks": "", "fixedrange": False}
    return figure(
        traces,
        layout(
            axis(titles[0], **quiet),
            axis(titles[1], **quiet),
            showlegend=len(groups) <= LEGEND_UP_TO,
            annotations=marks,
            dragmode=False,
        ),
    )


def _title(drawn: dict[str, Any], place: int) -> str:
    explained = drawn.get("explained") or []
    if place >= len(explained) or explained[place] is None:
        return f"axis {place + 1}"
    return f"axis {place + 1}: {share(explained[place])} of the variance"


def _trace(found: Found, number: int, part: list[list[Any]]) -> dict[str, Any]:
    identity = found.of(number)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{label(identity.name)} ({len(part):,})",
        "x": [point[0] for point in part],
        "y": [point[1] for point in part],
        "text": [_hover(identity.full, point) for point in part],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": css(identity.colour),
            "symbol": "x-thin" if number < 0 else identity.symbol,
            "size": 6,
            "opacity": 0.85 if number < 0 else 0.65,
            "line": {"width": 1.4 if number < 0 else 0, "color": css(identity.colour)},
        },
    }


def _hover(name: str, point: list[Any]) -> str:
    said = label(name, 60)
    if len(point) > 4 and point[4] is not None:
        said += f"<br>row {point[4]}"
    if len(point) > 3 and point[3] is not None:
        said += f"<br>outlier score {fixed(point[3], 2)}"
    return said


def _mark(found: Found, number: int, part: list[list[Any]]) -> dict[str, Any]:
    """Write a cluster's name above nearly all of its records."""
    identity = found.of(number)
    across, up = (sorted(point[place] for point in part) for place in (0, 1))
    return {
        "x": across[len(across) // 2],
        "y": up[int(len(up) * 0.99)],
        "yanchor": "bottom",
        "yshift": 7,
        "text": label(identity.name if identity.is_named else str(number), 18),
        "showarrow": False,
        "font": {"size": 12, "color": css("ink")},
        "bgcolor": css("panel"),
        "bordercolor": css(identity.colour),
        "borderwidth": 1,
        "borderpad": 2,
        "opacity": 0.92,
    }


def _loadings(drawn: dict[str, Any]) -> Fold | None:
    loadings = drawn.get("axes_feature_loadings") or []
    says = [one.get("says") if isinstance(one, dict) else one for one in drawn.get("axes") or []]
    if len(loadings) < 2:
        return None
    first, second = (dict(one) for one in loadings[:2])
    both = {name: (first.get(name), second.get(name)) for name in [*first, *second]}
    order = sorted(both, key=lambda name: -max(abs(one or 0.0) for one in both[name]))
    rows = [[name, *(fixed(one, 2) for one in both[name])] for name in order[:MOST_LOADINGS]]
    more = f" And {len(order) - MOST_LOADINGS} more." if len(order) > MOST_LOADINGS else ""
    note = " ".join(f"Axis {place + 1}: {sentence(one)}" for place, one in enumerate(says) if one)
    heads = ["Feature, as it was prepared", "#Axis 1", "#Axis 2"]
    return Fold("What the axes mean", [Table("Loadings of the features", heads, rows, note=note + more)])
