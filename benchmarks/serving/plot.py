"""The plot: requests a second of all contestants, a panel for each model, as an SVG of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

from benchmarks.serving.load import Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import EMPTY, OURS, UNLOGGED
from benchmarks.serving.table import NONE, TIMES, number

CASE = Case(64)
WIDE, LEFT, RIGHT, TOP, ROW, GAP = 860, 226, 200, 50, 27, 30
SPEED, RATIO = WIDE - 100, WIDE - 8
"""Where the columns of figures end."""

STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #333a40; dominant-baseline: middle }
.soft { fill: #6b737b; font-size: 12px } .title { font-weight: 600; font-size: 15px }
.head { font-weight: 600 } .strong { font-weight: 600; fill: #1c7c54 }
line { stroke: #e3e7ea } .lead { stroke: #c3cad0; stroke-dasharray: 1 4 }
.band { fill: #1c7c54; opacity: .08 } circle { stroke-width: 2 }
.ours { fill: #1c7c54; stroke: #1c7c54 } .part { fill: none; stroke: #1c7c54 }
.other { fill: #4a6fa5; stroke: #4a6fa5 } .reach { stroke-width: 4; stroke-linecap: round; opacity: .4 }
@media (prefers-color-scheme: dark) {
text { fill: #dfe3e6 } .soft { fill: #9aa3ab } .strong { fill: #57c596 }
line { stroke: #3b4248 } .lead { stroke: #59626a } .band { fill: #57c596 }
.ours { fill: #57c596; stroke: #57c596 } .part { stroke: #57c596 } .other { fill: #8fb0e0; stroke: #8fb0e0 } }
</style>"""


class Row(NamedTuple):
    """A line of the plot: who, in which colour, requests a second, and Herdbook's ÷ theirs."""

    title: str
    kind: str
    speed: Spread
    ratio: Spread | None


def draw(results: Results) -> str:
    """Draw the plot."""
    every = [(results.found["models"][model]["title"], _rows(results, model)) for model in results.models]
    panels = [(title.replace("`", ""), rows) for title, rows in every if rows]
    high = TOP + sum(2 * GAP + ROW * len(rows) for _, rows in panels) + 6
    spreads = [row.speed for _, rows in panels for row in rows]
    scale = _Scale(min(one.low for one in spreads), max(one.high for one in spreads))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img">'
    title = f"Requests a second on one core: one record a request, {CASE.connections} connections"
    said = (
        "logarithmic; a dot is the median of the rounds, a line reaches from the slowest to the fastest; "
        "rings are Herdbook with a part taken out"
    )
    lines = [head, f"<title>{title}</title>", STYLE, _text(0, 12, title, "title"), _text(0, 34, said, "soft")]
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
        Row(title, _kind(name), spread, results.beside(model, OURS.name, name, CASE, "requests_s"))
        for name, title in results.titles.items()
        if (spread := results.spread(model, name, CASE, "requests_s"))
    ]
    return sorted(found, key=lambda row: -row.speed.middle)


def _kind(name: str) -> str:
    if name in {EMPTY.name, UNLOGGED.name}:
        return "part"
    return "ours" if name == OURS.name else "other"


def _panel(name: str, rows: Sequence[Row], scale: _Scale, *, top: float) -> Iterator[str]:
    yield _text(0, top + 16, name[0].upper() + name[1:], "head")
    if len(name) < SPEED / 10:  # a longer one would run into them
        yield _text(SPEED, top + 16, "requests/s", "soft", anchor="end")
        yield _text(RATIO, top + 16, "Herdbook ÷ it", "soft", anchor="end")
    foot = top + GAP + ROW * len(rows)
    for mark in scale.marks():
        x = scale.at(mark)
        yield f'<line x1="{x}" y1="{top + GAP}" x2="{x}" y2="{foot}"/>'
        yield _text(x, foot + 12, f"{mark:,}", "soft", anchor="middle")
    for nth, row in enumerate(rows):
        yield from _row(row, scale, y=top + GAP + ROW * (nth + 0.5))


def _row(row: Row, scale: _Scale, *, y: float) -> Iterator[str]:
    is_ours = row.kind == "ours"
    low, middle, high = (scale.at(value) for value in (row.speed.low, row.speed.middle, row.speed.high))
    if is_ours:
        yield f'<rect class="band" x="0" y="{y - ROW / 2}" width="{WIDE}" height="{ROW}" rx="4"/>'
    yield _text(LEFT - 14, y, row.title, "strong" if is_ours else "", anchor="end")
    yield f'<line class="lead" x1="{LEFT - 6}" y1="{y}" x2="{middle - 8}" y2="{y}"/>'
    yield f'<line class="{row.kind} reach" x1="{low}" y1="{y}" x2="{high}" y2="{y}"/>'
    yield f'<circle class="{row.kind}" cx="{middle}" cy="{y}" r="4.5"/>'
    yield _text(SPEED, y, number(row.speed.middle), "strong" if is_ours else "", anchor="end")
    ratio = NONE if is_ours or row.ratio is None else f"{number(row.ratio.middle)} {TIMES}"
    yield _text(RATIO, y, ratio, "soft" if is_ours else "", anchor="end")


def _text(x: float, y: float, said: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'
