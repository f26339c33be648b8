"""The plot: requests a second of all contestants, a panel for each model, as an SVG of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10

from benchmarks.serving.load import Case
from benchmarks.serving.result import Results, Spread

CASE = Case(64)
WIDE, LEFT, RIGHT, TOP, ROW, GAP = 760, 210, 90, 56, 26, 28
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #333a40 } .soft { fill: #6b737b; font-size: 12px }
.title { font-weight: 600; font-size: 14px } line { stroke: #d5dade } .ours { fill: #1c7c54; stroke: #1c7c54 }
.other { fill: #4a6fa5; stroke: #4a6fa5 } .reach { stroke-width: 3; stroke-linecap: round; opacity: .45 }
text.ours { stroke: none; font-weight: 600 }
@media (prefers-color-scheme: dark) {
text { fill: #dfe3e6 } .soft { fill: #9aa3ab } line { stroke: #454c53 }
.ours { fill: #57c596; stroke: #57c596 } .other { fill: #8fb0e0; stroke: #8fb0e0 } }
</style>"""
Row = tuple[str, bool, Spread]
"""A contestant's title, whether it is ours, and its requests a second."""


def draw(results: Results) -> str:
    """Draw the plot."""
    panels = [(results.found["models"][model]["title"], _rows(results, model)) for model in results.models]
    high = TOP + sum(2 * GAP + ROW * len(rows) for _, rows in panels) + GAP
    every = [spread for _, rows in panels for _, _, spread in rows]
    scale = _Scale(min(one.low for one in every), max(one.high for one in every))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img">'
    title = "Single records over 64 connections, requests a second on one core"
    said = "logarithmic; a dot is the median of the rounds, a line reaches from the slowest to the fastest"
    lines = [head, f"<title>{title}</title>", STYLE, _text(0, 18, title, "title"), _text(0, 38, said, "soft")]
    top = TOP
    for name, rows in panels:
        lines += _panel(name, rows, scale, top=top)
        top += 2 * GAP + ROW * len(rows)
    return "\n".join([*lines, "</svg>", ""])


class _Scale:
    """A logarithmic scale over whole powers of ten."""

    def __init__(self, low: float, high: float) -> None:
        self.first = floor(log10(max(low, 0.1)))
        self.last = max(self.first + 1, ceil(log10(max(high, 1.0))))

    def at(self, value: float) -> float:
        share = (log10(max(value, 0.1)) - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDE - LEFT - RIGHT), 1)

    def marks(self) -> Iterator[int]:
        return (10**power for power in range(max(self.first, 0), self.last + 1))


def _rows(results: Results, model: str) -> list[Row]:
    found = [
        (title, results.found["contestants"][name]["kind"] == "ours", spread)
        for name, title in results.titles.items()
        if (spread := results.spread(model, name, CASE, "requests_s"))
    ]
    return sorted(found, key=lambda row: -row[2].middle)


def _panel(name: str, rows: Sequence[Row], scale: _Scale, *, top: float) -> Iterator[str]:
    yield _text(0, top + 16, name, "title")
    foot = top + GAP + ROW * len(rows)
    for mark in scale.marks():
        x = scale.at(mark)
        yield f'<line x1="{x}" y1="{top + GAP}" x2="{x}" y2="{foot}"/>'
        yield _text(x, foot + 16, f"{mark:,}", "soft", anchor="middle")
    for nth, row in enumerate(rows):
        yield from _row(row, scale, y=top + GAP + ROW * (nth + 0.5))


def _row(row: Row, scale: _Scale, *, y: float) -> Iterator[str]:
    title, is_ours, spread = row
    kind = "ours" if is_ours else "other"
    low, middle, high = (scale.at(value) for value in (spread.low, spread.middle, spread.high))
    yield _text(LEFT - 12, y + 4, title, "ours" if is_ours else "", anchor="end")
    yield f'<line class="{kind} reach" x1="{low}" y1="{y}" x2="{high}" y2="{y}"/>'
    yield f'<circle class="{kind}" cx="{middle}" cy="{y}" r="4.5"/>'
    yield _text(high + 12, y + 4, f"{spread.middle:,.0f}", "soft")


def _text(x: float, y: float, said: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'
