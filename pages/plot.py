"""What all plots share: colours by name, quiet axes, and text that plotly cannot take for markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor
from typing import Any

from pages.number import PER_CENT, shorten

ROW_PX = 26
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
MOST_MARKS = 6


def css(name: str) -> dict[str, str]:
    """Name a colour of page.css; the page's script puts in the one of the theme that is shown."""
    return {"css": f"--{name}"}


def label(text: Any, length: int = 28) -> str:
    """Write a text of a user for plotly, which reads tags and entities in what it draws."""
    return escape(shorten(str(text), length), quote=False)


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Lay out an axis."""
    return {
        "title": {
            "text": escape(title, quote=False),
            "font": {"size": 12, "color": css("soft")},
            "standoff": 8,
        },
        "type": "linear",
        "automargin": True,
        "zeroline": False,
        "gridcolor": css("grid"),
        "linecolor": css("line"),
        "tickfont": {"size": 12, "color": css("soft")},
        "fixedrange": True,
        **more,
    }


def share_axis(title: str = "", *, low: float, high: float, **more: Any) -> dict[str, Any]:
    """Lay out an axis of shares with marks in per cent, at most six of them, counted down from the top."""
    step = next((one for one in STEPS if (high - low) / one <= MOST_MARKS - 1), STEPS[-1])
    top = floor(high / step + 1e-9)
    marks = [round(place * step, 3) for place in range(top, ceil(low / step - 1e-9) - 1, -1)]
    places = 1 if step < 0.01 else 0
    texts = [f"{100 * one:.{places}f}{PER_CENT}" for one in marks]
    return axis(title, tickmode="array", tickvals=marks, ticktext=texts, **more)


def names_axis(names: Sequence[str], **more: Any) -> dict[str, Any]:
    """Lay out an axis of names at whole numbers, the first on top, so that none is taken for a date."""
    return axis(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[label(name, 24) for name in names],
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        **more,
    ) | {"tickfont": {"size": 12, "color": css("ink")}}


def layout(x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Lay out a plot of two axes."""
    return {
        "xaxis": x,
        "yaxis": y,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": css("ink")},
        "hoverlabel": {
            "bgcolor": css("panel"),
            "bordercolor": css("line"),
            "font": {"color": css("ink"), "size": 12},
            "align": "left",
        },
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
        "dragmode": False,
        "hovermode": "closest",
        **more,
    }


def figure(data: Sequence[dict[str, Any]], layout: dict[str, Any]) -> dict[str, Any]:
    """Join traces and layout."""
    return {"data": list(data), "layout": layout}


def line_at(value: float, *, along: str = "x", colour: str = "soft", dash: str = "dot") -> dict[str, Any]:
    """Draw a line across the whole plot at a value of one axis."""
    other = "y" if along == "x" else "x"
    return {
        "type": "line",
        "layer": "below",
        f"{along}0": value,
        f"{along}1": value,
        f"{other}0": 0,
        f"{other}1": 1,
        f"{other}ref": "paper",
        "line": {"color": css(colour), "width": 1.5, "dash": dash},
    }


def rows_height(n_rows: int, extra: int = 90) -> int:
    """Give the height in pixels of a plot with a row for each of its things."""
    return extra + ROW_PX * max(n_rows, 2)


def dots(
    values: Sequence[dict[str, Any]],
    at: Sequence[float],
    *,
    name: str,
    colour: Any,
    texts: Sequence[str],
    symbol: Any = "circle",
) -> dict[str, Any]:
    """Draw intervals as points with bars, one above the other."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": label(name),
        "x": [one["value"] for one in values],
        "y": list(at),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(one, "high") for one in values],
            "arrayminus": [_reach(one, "low") for one in values],
            "color": colour if not isinstance(colour, list) else css("soft"),
            "thickness": 1.6,
            "width": 0,
        },
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        "text": list(texts),
        "hovertemplate": "%{text}<extra></extra>",
    }


def _reach(interval: dict[str, Any], end: str) -> float:
    if interval.get(end) is None:
        return 0.0
    return abs(float(interval[end]) - float(interval["value"]))
