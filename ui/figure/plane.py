"""The map of a discovery: its records in the plane in which they differ most, and a new one among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.draw import axis, css, draw, layout, text

COLOURS = 8
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "hexagon", "star")
NOISE = -1
MOST_LEGEND = 10
HEIGHT_PX = 520


def colour_of(number: int) -> str:
    """Name the colour of a cluster in style.css; colours come round again, symbols tell those apart."""
    return "noise" if number == NOISE else f"c{number % COLOURS}"


def name_of(number: int, names: Mapping[str, str]) -> str:
    """Name a cluster on the map.

    >>> name_of(2, {"2": "dog"}), name_of(3, {}), name_of(-1, {})
    ('dog', 'cluster 3', 'no cluster')
    """
    return "no cluster" if number == NOISE else names.get(str(number)) or f"cluster {number}"


def draw_map(found: Mapping[str, Any], placed: Mapping[str, Any] | None = None) -> str:
    """Draw the map of a discovery, with a placed record as a star."""
    points = found["map"]["points"]
    groups: dict[int, list[Sequence[Any]]] = {}
    for point in points:
        groups.setdefault(int(point[2]), []).append(point)
    traces = [_trace(number, groups[number], found["names"]) for number in sorted(groups)]
    if placed is not None:
        traces.append(_star(placed, found["names"]))
    x, y = (axis(_title(found["map"], place), showticklabels=False, ticks="") for place in (0, 1))
    marks = [_mark(number, part, found["names"]) for number, part in groups.items() if number != NOISE]
    drawn = layout(x, y, annotations=marks, showlegend=len(groups) <= MOST_LEGEND)
    drawn["legend"]["itemsizing"] = "constant"  # as large for a small dot as for the star
    return draw(traces, drawn, says=_says(found, placed), height_px=HEIGHT_PX) + _caption(found)


def _trace(number: int, part: Sequence[Sequence[Any]], names: Mapping[str, str]) -> dict[str, Any]:
    is_noise = number == NOISE
    colour = css(colour_of(number))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{text(name_of(number, names))} ({len(part):,})",
        "x": [point[0] for point in part],
        "y": [point[1] for point in part],
        "hovertemplate": f"{text(name_of(number, names))}<extra></extra>",
        "marker": {
            "color": colour,
            "symbol": "x-thin" if is_noise else SYMBOLS[number // COLOURS % len(SYMBOLS)],
            "size": 7,
            "opacity": 1,
            "line": {"width": 1.4, "color": colour} if is_noise else {"width": 0.5, "color": css("panel")},
        },
    }


def _star(placed: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    number = NOISE if placed["outlier"] else int(placed["cluster"])
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "this record",
        "x": [placed["x"]],
        "y": [placed["y"]],
        "text": ["<b>this record</b>"],
        "textposition": "bottom center",
        "textfont": {"size": 13, "color": css("ink")},
        "hovertemplate": f"this record: {text(name_of(number, names))}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "symbol": "star",
            "size": 20,
            "color": css("ink"),
            "line": {"width": 2, "color": css("panel")},
        },
    }


def _mark(number: int, part: Sequence[Sequence[Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """Write a cluster's name above nearly all of its records."""
    across, up = (sorted(point[place] for point in part) for place in (0, 1))
    return {
        "x": across[len(across) // 2],
        "y": up[int(len(up) * 0.99)],
        "yanchor": "bottom",
        "yshift": 7,
        "text": text(name_of(number, names)),
        "showarrow": False,
        "font": {"size": 12, "color": css("ink")},
        "bgcolor": css("panel"),
        "bordercolor": css(colour_of(number)),
        "borderwidth": 1,
        "borderpad": 2,
        "opacity": 0.92,
    }


def _title(drawn: Mapping[str, Any], place: int) -> str:
    explained = (drawn.get("explained") or [None, None])[place]
    of = "" if explained is None else f": {100 * explained:.0f} % of the variance"
    return f"axis {place + 1}{of}"


def _says(found: Mapping[str, Any], placed: Mapping[str, Any] | None) -> str:
    names = [name_of(one["cluster"], found["names"]) for one in found["clusters"]]
    star = f" The placed record lies in {name_of(int(placed['cluster']), found['names'])}." if placed else ""
    return (
        f"Map of {len(found['map']['points']):,} records in {len(names)} clusters: {', '.join(names)}.{star}"
    )


def _caption(found: Mapping[str, Any]) -> str:
    said = [
        f"Axis {place + 1}: {text(one['says'])}."
        for place, one in enumerate(found["map"]["axes"])
        if one.get("says")
    ]
    return f'<p class="hint">{" ".join(said)}</p>'
