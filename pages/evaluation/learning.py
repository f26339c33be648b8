"""The learning curve, which tells whether more data would help."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pages.block import Cell, Plot, Section, Table, present
from pages.evaluation.measured import Measured
from pages.number import bounds, fixed, number, sentence, share
from pages.plot import axis, css, figure, layout


def show_learning(measured: Measured) -> Section | None:
    """Show the scores over the number of training rows."""
    part = measured.part("learning_curve")
    points = [one for one in part.get("points") or [] if one.get("n_rows")]
    if not points and not part.get("says"):
        return None
    says = sentence(part.get("says"))
    drawn = _plot(points, says) if len(points) > 1 else None
    return Section(
        "learning", "Would more data help?", says, present(drawn, _table(points) if points else None)
    )


def _plot(points: list[dict[str, Any]], says: str) -> Plot | None:
    known = [one for one in points if (one.get("log_loss") or {}).get("value") is not None]
    if not known:
        return None
    return Plot(
        "plot-learning",
        "Learning curve.",
        "Log-loss on held-out rows after training on so many; the band is the 95 % interval. A curve that "
        "still falls at its right end promises something of more rows.",
        _figure(known),
        says or f"log-loss {fixed(known[-1]['log_loss']['value'])} at {number(known[-1]['n_rows'])} rows",
        height=320,
        width=680,
    )


def _figure(known: list[dict[str, Any]]) -> dict[str, Any]:
    rows, losses = [one["n_rows"] for one in known], [one["log_loss"] for one in known]
    low = [one.get("low", one["value"]) for one in losses]
    high = [one.get("high", one["value"]) for one in losses]
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": [*rows, *reversed(rows)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "fillcolor": css("sheer"),
        "line": {"width": 0, "color": css("c0")},
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": rows,
        "y": [one["value"] for one in losses],
        "line": {"color": css("c0"), "width": 2},
        "marker": {"color": css("c0"), "size": 8},
        "text": [
            f"{number(n)} rows: {fixed(one['value'])} ({bounds(one)})"
            for n, one in zip(rows, losses, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
    x = axis("training rows (each mark doubles)" if _doubles(rows) else "training rows", **_ticks(rows))
    return figure(
        [band, line],
        layout(
            x, axis("log-loss, nats", rangemode="tozero", **({} if max(high) > 0 else {"range": [-0.05, 1]}))
        ),
    )


def _doubles(rows: list[int]) -> bool:
    return all(1.8 <= later / earlier <= 2.2 for earlier, later in pairwise(rows))


def _ticks(rows: list[int]) -> dict[str, Any]:
    """Put the marks where something was measured, on a logarithmic scale."""
    return {"type": "log", "tickmode": "array", "tickvals": rows, "ticktext": [number(n) for n in rows]}


def _table(points: list[dict[str, Any]]) -> Table:
    rows = [
        [
            number(one["n_rows"]),
            _cell(one.get("log_loss"), is_share=False),
            _cell(one.get("accuracy"), is_share=True),
        ]
        for one in points
    ]
    return Table(
        "Scores by training rows, with 95 % intervals",
        ["#Training rows", "#Log-loss, nats", "#Accuracy"],
        rows,
    )


def _cell(one: dict[str, Any] | None, *, is_share: bool) -> Cell:
    if not one:
        return Cell(number(None))
    value = share(one["value"]) if is_share else fixed(one["value"])
    return Cell(value, bounds(one, is_share=is_share))
