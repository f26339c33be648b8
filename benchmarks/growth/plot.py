"""The plot: how cost grows, a small log-log panel for each subject, as an SVG of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Any

from benchmarks.growth.table import LEAST_BUDGET, pick

WIDE, COLUMNS, GAP, TOP = 880, 2, 20, 60
HIGH, HEAD, FOOT, LEFT, RIGHT = 232, 46, 30, 46, 136
LEAST_APART = 15
"""Least distance in pixels between the names of two lines."""

STEPS = (1, 2, 5)
NARROW = 1.7
"""On a scale of fewer powers of ten than these, marks stand between them, too."""

PLAIN = (1e-2, 1e4)
"""Where a scale stays within these, its powers of ten are written out."""

FEWEST_FOR_RARE = 10**5
"""Rows logged in thirty days below which a day hardly ever has the rare label, so that nothing is read."""

RAISED = "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
SUPERSCRIPTS = str.maketrans("-0123456789", RAISED)
STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #1c2023 } .soft { fill: #5a6268 }
.title { font-weight: 600; font-size: 14px } .paper { fill: #fcfcfa } .grid { stroke: #e3e6e3 }
.even { stroke: #8b949a; stroke-width: 1.5; stroke-dasharray: 2 5; stroke-linecap: round }
.line { fill: none; stroke-width: 2; stroke-linejoin: round } .name { font-weight: 600 }
.c0 { stroke: #2649b9 } .c1 { stroke: #c14600 } .c2 { stroke: #00795e } .c3 { stroke: #b0388f }
circle { stroke-width: 2; fill: #fcfcfa }
.name.c0 { fill: #2649b9 } .name.c1 { fill: #c14600 } .name.c2 { fill: #00795e } .name.c3 { fill: #b0388f }
.name { stroke: #fcfcfa; stroke-width: 4; paint-order: stroke }
@media (prefers-color-scheme: dark) {
text { fill: #e8eaea } .soft { fill: #a3abb0 } .paper { fill: #121517 } .grid { stroke: #2a3136 }
.even { stroke: #6b747a }
.c0 { stroke: #5aa7e6 } .c1 { stroke: #f4822a } .c2 { stroke: #1dc098 } .c3 { stroke: #d99ffb }
circle { fill: #121517 }
.name.c0 { fill: #5aa7e6 } .name.c1 { fill: #f4822a } .name.c2 { fill: #1dc098 } .name.c3 { fill: #d99ffb }
.name { stroke: #121517 } }
</style>"""

ABOUT = (
    "Both axes are logarithmic. A circle is a size that was measured; what grew in proportion to the size "
    "would follow the dots."
)

Points = list[tuple[float, float]]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Panel:
    """A subject: its title, what is over what, and its lines by name."""

    title: str
    over: str
    lines: dict[str, Points]


def draw(found: Mapping[str, Any]) -> str:
    """Draw all subjects of which at least two sizes were measured."""
    panels = [each for each in list_panels(found) if each.lines]
    high = TOP + ceil(len(panels) / COLUMNS) * (HIGH + GAP)
    title = "How cost grows"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img">',
        f"<title>{title}: {escape('; '.join(each.title for each in panels))}</title>",
        STYLE,
        f'<rect class="paper" width="{WIDE}" height="{high}" rx="6"/>',
        _text(GAP, 28, title, "title"),
        _text(GAP, 46, ABOUT, "soft"),
    ]
    width = (WIDE - GAP * (COLUMNS + 1)) / COLUMNS
    for nth, panel in enumerate(panels):
        row, column = divmod(nth, COLUMNS)
        lines += _draw_panel(panel, x=GAP + column * (width + GAP), y=TOP + row * (HIGH + GAP), width=width)
    return "\n".join([*lines, "</svg>", ""])


def list_panels(found: Mapping[str, Any]) -> Iterator[Panel]:
    """List what can be drawn."""
    training = pick(found, "training")
    for over, series in (("rows", "columns"), ("columns", "rows")):
        fixed = 10 if over == "rows" else 1_000
        chosen = [row for row in training if row[series] == fixed]
        for what, said, unit in (("total", "CPU time", "CPU-seconds"), ("peak_mib", "Memory", "MiB at most")):
            lines = _split(chosen, _budget, x=over, y=what)
            yield Panel(f"{said} of training, {fixed:,} {series}", f"{unit} over {over}", lines)
    predict = pick(found, "predict")
    for what in ("trees", "members"):
        chosen = [row for row in predict if row["ensemble"] == what]
        yield Panel(f"Answer over {what}", f"CPU-\u03bcs a row over {what}", _answers(chosen))
    history = [row for row in pick(found, "history") if row["log"] != "busy"]
    shown = {"newest 100": "newest 100", "one key": "one key", "rare label": "rare label"}
    asked = [
        row
        for row in history
        if row["question"] in shown and (row["question"] != "rare label" or row["logged"] >= FEWEST_FOR_RARE)
    ]
    lines = _split(asked, lambda row: shown[row["question"]], x="logged", y="CPU s")
    yield Panel("History of one day in thirty", "CPU-seconds over rows logged", lines)
    ledger = pick(found, "ledger")
    named = {
        "list all": "list all, CPU s",
        "list last 100": "list the last 100, CPU s",
        "index by entries": "index read by entries, CPU s",
        "by checkpoint": "index read by checkpoint, CPU s",
    }
    yield Panel("Ledger", "CPU-seconds over objects", _several(ledger, named, x="objects"))


def _answers(rows: Sequence[Row]) -> dict[str, Points]:
    named = {
        "scikit-learn, 1 row": "scikit-learn, 1 row, us",
        "scikit-learn, 1,000": "scikit-learn, 1,000 rows, us",
        "graph, 1 row": "graph, 1 row, us",
        "graph, 1,000": "graph, 1,000 rows, us",
    }
    return _several(rows, named, x="size")


def _budget(row: Row) -> str:
    if row["budget"] is None:
        return "whole search"
    return "the least" if row["budget"] == LEAST_BUDGET else f"budget {row['budget']:g} s"


def _split(rows: Sequence[Row], name: Callable[[Row], str], *, x: str, y: str) -> dict[str, Points]:
    """Part rows into lines by a name; a line has two points at least."""
    lines: dict[str, Points] = {}
    for row in rows:
        lines.setdefault(name(row), []).append((row[x], row[y]))
    return _keep(lines)


def _several(rows: Sequence[Row], named: Mapping[str, str], *, x: str) -> dict[str, Points]:
    return _keep({name: [(row[x], row[field]) for row in rows] for name, field in named.items()})


def _keep(lines: Mapping[str, Points]) -> dict[str, Points]:
    positive = {name: sorted(p for p in points if p[1] > 0) for name, points in lines.items()}
    return {name: points for name, points in positive.items() if len(points) > 1}


class _Scale:
    """A logarithmic scale from one pixel to another."""

    def __init__(self, values: Sequence[float], begin: float, end: float, *, whole: bool) -> None:
        self.low, self.high = log10(min(values)), log10(max(values))
        self.steps = STEPS if self.high - self.low < NARROW else (1,)
        if whole:
            self.low, self.high = _round_out(self.low, self.high, self.steps)
        if self.high - self.low < 1e-9:
            self.high = self.low + 1
        self.begin, self.end = begin, end

    def at(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def marks(self) -> Iterator[float]:
        for power in range(floor(self.low), ceil(self.high) + 1):
            for step in self.steps:
                if self.low - 1e-9 <= log10(step) + power <= self.high + 1e-9:
                    yield step * 10.0**power

    def say_marks(self) -> Iterator[tuple[float, str]]:
        is_plain = log10(PLAIN[0]) - 1e-9 <= self.low and self.high <= log10(PLAIN[1]) + 1e-9
        yield from ((mark, _mark(mark, is_plain=is_plain)) for mark in self.marks())


def _mark(value: float, *, is_plain: bool) -> str:
    power = round(log10(value))
    if not is_plain and abs(value - 10.0**power) < 1e-9 * value and not -2 <= power <= 2:
        return f"10{str(power).translate(SUPERSCRIPTS)}"
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _round_out(low: float, high: float, steps: Sequence[int]) -> tuple[float, float]:
    """Widen a span of logs to the next marks, and to a power of ten: what hardly grows shall look so."""
    marks = [log10(step) + power for power in range(floor(low) - 1, ceil(high) + 2) for step in steps]
    top = min(mark for mark in marks if mark >= high - 1e-9)
    return max(mark for mark in marks if mark <= min(low, top - 1) + 1e-9), top


def _draw_panel(panel: Panel, *, x: float, y: float, width: float) -> Iterator[str]:
    yield _text(x, y + 16, panel.title, "title")
    yield _text(x, y + 33, panel.over, "soft")
    points = [point for line in panel.lines.values() for point in line]
    across = _Scale([px for px, _ in points], x + LEFT, x + width - RIGHT, whole=False)
    up = _Scale([py for _, py in points], y + HIGH - FOOT, y + HEAD, whole=True)
    for mark, said in up.say_marks():
        at = up.at(mark)
        yield _rule(across.begin, at, across.end, at)
        yield _text(across.begin - 7, at + 4, said, "soft", anchor="end")
    for mark, said in across.say_marks():
        at = across.at(mark)
        yield _rule(at, up.begin, at, up.end)
        yield _text(at, up.begin + 17, said, "soft", anchor="middle")
    yield _rule(*_proportion(next(iter(panel.lines.values()))[0], across, up), kind="even")
    ends = {name: up.at(line[-1][1]) for name, line in panel.lines.items()}
    names = dict(zip(sorted(ends, key=lambda name: ends[name]), _part(sorted(ends.values())), strict=True))
    for nth, (name, line) in enumerate(panel.lines.items()):
        drawn = [(across.at(px), up.at(py)) for px, py in line]
        yield f'<polyline class="line c{nth}" points="{" ".join(f"{px},{py}" for px, py in drawn)}"/>'
        yield from (f'<circle class="c{nth}" cx="{px}" cy="{py}" r="3.2"/>' for px, py in drawn)
        end = drawn[-1][0]
        if end < across.end:
            yield _text(end, drawn[-1][1] - 9, name, f"name c{nth}", anchor="end")
        else:
            yield _text(end + 9, names[name] + 4, name, f"name c{nth}")


def _part(places: Sequence[float]) -> list[float]:
    """Move ascending places apart, as little as it takes to keep the middle of them where it was."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + LEAST_APART) if found else place)
    shift = (sum(found) - sum(places)) / max(len(found), 1)
    return [round(place - shift, 1) for place in found]


def _proportion(first: tuple[float, float], across: _Scale, up: _Scale) -> tuple[float, float, float, float]:
    """Give both ends of what grows in proportion from a point on, as far as the panel goes."""
    x, y = log10(first[0]), log10(first[1])
    steps = min(across.high - x, up.high - y)
    return (
        across.at(first[0]),
        up.at(first[1]),
        across.at(10.0 ** (x + steps)),
        up.at(10.0 ** (y + steps)),
    )


def _rule(x1: float, y1: float, x2: float, y2: float, *, kind: str = "grid") -> str:
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _text(x: float, y: float, said: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(said)}</text>'
