"""A figure as HTML that the page's script draws, and what all figures share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any


def css(name: str) -> dict[str, str]:
    """Name a colour of style.css, such as `ink`, `soft`, `grid`, `accent`, `noise`, `c0` to `c7`."""
    return {"css": f"--{name}"}


def text(said: Any) -> str:
    """Write a text of a user for Plotly, which reads tags and entities in what it draws."""
    return escape(str(said), quote=False)


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Lay out a quiet axis."""
    soft = {"size": 12, "color": css("soft")}
    named = {"title": {"text": text(title), "font": soft, "standoff": 8}} if title else {}
    return {
        **named,
        "automargin": True,
        "zeroline": False,
        "gridcolor": css("grid"),
        "linecolor": css("line"),
        "tickfont": soft,
        "fixedrange": True,
        **more,
    }


def layout(x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Lay out a figure of two axes on the page's own ground."""
    ink = {"family": "system-ui, sans-serif", "size": 12, "color": css("ink")}
    return {
        "xaxis": x,
        "yaxis": y,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": ink,
        "hoverlabel": {"bgcolor": css("panel"), "bordercolor": css("line"), "font": ink, "align": "left"},
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
        "hovermode": "closest",
        **more,
    }


def draw(data: Sequence[dict[str, Any]], layout: dict[str, Any], *, says: str, height_px: int = 320) -> str:
    """Write a figure as HTML for a `gr.HTML`; `says` is read aloud in its stead."""
    body = escape(json.dumps({"data": list(data), "layout": layout}, allow_nan=False), quote=True)
    label = escape(says, quote=True)
    return (
        f'<div class="figure" role="img" aria-label="{label}" '
        f'style="height:{height_px}px" data-figure="{body}"></div>'
    )
