"""The plot: how cost grows, a small log-log panel for each subject, as an SVG of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, log10
from typing import Any

from benchmarks.growth.panel import Panel, Points, list_panels
from benchmarks.growth.scale import Scale
from pages.number import number

WIDE, COLUMNS, MARGIN, GAP, TOP = 960, 2, 24, 28, 84
HIGH, HEAD, FOOT, LEFT, RIGHT = 240, 48, 26, 46, 168
LEAST_APART = 16
"""Least distance in pixels between the names of two lines."""

LETTER = 7.5
"""About how wide a letter of a name is; what does not fit before a line's end stands over its beginning."""

DIGITS = 2
"""The last figure of a line stands behind its name, in so many digits; the tables tell more."""

STYLE = """<style>
text { font: 12px system-ui, "Segoe UI", sans-serif; fill: #1c2023 } .soft { fill: #5a6268 }
.head { font-weight: 650; font-size: 20px } .title { font-weight: 600; font-size: 14px }
.paper { fill: #fcfcfa } .grid { stroke: #e6e8e5 } .axis { stroke: #b4bbb8 }
.even { stroke: #8b949a; stroke-width: 1.5; stroke-dasharray: 2 5; stroke-linecap: round }
.bound { stroke: #a3313f; stroke-width: 1.5 } .said.bound { fill: #a3313f }
.border { stroke: #8b949a; stroke-dasharray: 5 3 } .said { font-size: 11px } .said.border { fill: #5a6268 }
.line { fill: none; stroke-width: 2.25; stroke-linejoin: round } .name { font-weight: 600 }
.figure { font-weight: 400; fill: #5a6268 }
.c0 { stroke: #2649b9 } .c1 { stroke: #c14600 } .c2 { stroke: #00795e } .c3 { stroke: #b0388f }
circle { stroke-width: 2; fill: #fcfcfa }
.name.c0 { fill: #2649b9 } .name.c1 { fill: #c14600 } .name.c2 { fill: #00795e } .name.c3 { fill: #b0388f }
.name, .said { stroke: #fcfcfa; stroke-width: 4; stroke-dasharray: none; paint-order: stroke }
.said.bound, .said.border { stroke: #fcfcfa; stroke-dasharray: none }
@media (prefers-color-scheme: dark) {
text { fill: #e8eaea } .soft, .figure { fill: #a3abb0 } .paper { fill: #121517 } .grid { stroke: #23292e }
.axis { stroke: #525c63 } .even, .border { stroke: #6b747a }
.bound { stroke: #ec7684 } .said.bound { fill: #ec7684 } .said.border { fill: #a3abb0 }
.c0 { stroke: #6fb1ec } .c1 { stroke: #f4822a } .c2 { stroke: #1dc098 } .c3 { stroke: #d99ffb }
circle { fill: #121517 }
.name.c0 { fill: #6fb1ec } .name.c1 { fill: #f4822a } .name.c2 { fill: #1dc098 } .name.c3 { fill: #d99ffb }
.name, .said.bound, .said.border { stroke: #121517 } }
</style>"""

ABOUT = "Both axes are logarithmic; a line's last figure stands behind its name."


def draw(found: Mapping[str, Any]) -> str:
    """Draw all subjects of which at least two sizes were measured."""
    panels = [each for each in list_panels(found) if each.lines]
    high = TOP + ceil(len(panels) / COLUMNS) * (HIGH + GAP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img">',
        f"<title>How cost grows: {escape('; '.join(each.title for each in panels))}</title>",
        STYLE,
        f'<rect class="paper" width="{WIDE}" height="{high}" rx="8"/>',
        *_draw_head(),
    ]
    width = (WIDE - 2 * MARGIN - GAP * (COLUMNS - 1)) / COLUMNS
    for nth, panel in enumerate(panels):
        row, column = divmod(nth, COLUMNS)
        x, y = MARGIN + column * (width + GAP), TOP + row * (HIGH + GAP)
        lines += _draw_panel(panel, x=x, y=y, width=width)
    return "\n".join([*lines, "</svg>", ""])


def _draw_head() -> Iterator[str]:
    """Draw the title, and what circles and dots are."""
    yield _text(MARGIN, 36, "How cost grows", "head")
    yield _text(MARGIN, 58, ABOUT, "soft")
    at = WIDE - MARGIN - 346
    yield f'<circle class="c0" cx="{at}" cy="54" r="3.4"/>'
    yield _text(at + 10, 58, "a size that was measured", "soft")
    yield _rule(at + 176, 54, at + 206, 54, kind="even")
    yield _text(at + 214, 58, "growth in proportion", "soft")


def _draw_panel(panel: Panel, *, x: float, y: float, width: float) -> Iterator[str]:
    yield _text(x, y + 16, panel.title, "title")
    yield _text(x, y + 33, panel.over, "soft")
    points = [point for line in panel.lines.values() for point in line]
    reached = [py for _, py in points] + ([panel.bound[0]] if panel.bound else [])
    across = Scale([px for px, _ in points], x + LEFT, x + width - RIGHT, whole=False)
    up = Scale(reached, y + HIGH - FOOT, y + HEAD, whole=True)
    yield from _draw_grid(across, up)
    yield from _draw_marks(panel, across, up)
    yield _rule(*_proportion(next(iter(panel.lines.values()))[0], across, up), kind="even")
    ends = {name: up.at(line[-1][1]) for name, line in panel.lines.items()}
    names = dict(zip(sorted(ends, key=lambda name: ends[name]), _part(sorted(ends.values())), strict=True))
    for nth, (name, line) in enumerate(panel.lines.items()):
        yield from _draw_line(nth, name, line, across=across, up=up, beside=names[name])


def _draw_grid(across: Scale, up: Scale) -> Iterator[str]:
    for mark, said in up.marks():
        at = up.at(mark)
        yield _rule(across.begin, at, across.end, at)
        yield _text(across.begin - 8, at + 4, said, "soft", anchor="end")
    for mark, said in across.marks():
        at = across.at(mark)
        yield _rule(at, up.begin, at, up.end)
        yield _text(at, up.begin + 18, said, "soft", anchor="middle")
    yield _rule(across.begin, up.begin, across.end, up.begin, kind="axis")


def _draw_marks(panel: Panel, across: Scale, up: Scale) -> Iterator[str]:
    """Draw what may not be gone beyond, and where something begins to be done in another way."""
    if panel.bound:
        at = up.at(panel.bound[0])
        yield _rule(across.begin, at, across.end, at, kind="bound")
        yield _text(across.end + 9, at + 4, panel.bound[1], "said bound")
    if panel.border:
        at = across.at(panel.border[0])
        yield _rule(at, up.begin, at, up.end, kind="border")
        yield _text(at - 6, up.begin - 7, panel.border[1], "said border", anchor="end")


def _draw_line(
    nth: int, name: str, line: Points, *, across: Scale, up: Scale, beside: float
) -> Iterator[str]:
    """Draw a line and its name: `beside` tells how high it stands, unless the line ends before the panel."""
    drawn = [(across.at(px), up.at(py)) for px, py in line]
    yield f'<polyline class="line c{nth}" points="{" ".join(f"{px},{py}" for px, py in drawn)}"/>'
    yield from (f'<circle class="c{nth}" cx="{px}" cy="{py}" r="3.4"/>' for px, py in drawn)
    figure, kind = number(float(f"{line[-1][1]:.{DIGITS}g}")), f"name c{nth}"
    body = f'{escape(name)} <tspan class="figure">{figure}</tspan>'
    end, height = drawn[-1]
    if end == across.end:
        yield _tag(end + 9, beside + 4, body, kind)
    elif end - LETTER * len(f"{name} {figure}") > across.begin:
        yield _tag(end, height - 10, body, kind, anchor="end")
    else:
        yield _tag(across.begin + 8, min(height for _, height in drawn) - 10, body, kind)


def _part(places: Sequence[float]) -> list[float]:
    """Move ascending places apart where they are too near, around the middle of those that are."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _spread(groups[-1])[0] - _spread(groups[-2])[-1] < LEAST_APART:
            last = groups.pop()
            groups[-1] += last
    return [round(place, 1) for group in groups for place in _spread(group)]


def _spread(group: Sequence[float]) -> list[float]:
    """Give places next to each other around the middle of some."""
    first = (sum(group) - LEAST_APART * sum(range(len(group)))) / len(group)
    return [first + LEAST_APART * nth for nth in range(len(group))]


def _proportion(first: tuple[float, float], across: Scale, up: Scale) -> tuple[float, float, float, float]:
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
    return _tag(x, y, escape(said), kind, anchor=anchor)


def _tag(x: float, y: float, body: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{body}</text>'
