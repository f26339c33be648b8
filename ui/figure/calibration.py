"""Calibration: whether a confidence of 80 % is right in 80 % of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.draw import axis, css, draw, layout
from ui.figure.element import Html, fold, join, paragraph, table, tag
from ui.figure.measured import Measured
from ui.figure.number import bounds, fixed, sentence, share

Bin = Mapping[str, Any]
LOOKS = {
    "before": ("before calibration", "c1", "diamond-open", "◇"),
    "after": ("as it ships", "c0", "circle", "●"),
}
EXPLAINED = (
    "Rows in bins by the confidence of their answer, against how many of them were right. On the dotted "
    "line a confidence is worth what it says; below it the model is too sure. Bars are 95 % intervals; "
    "larger points hold more rows."
)


def calibration(measured: Measured) -> Html:
    """Show the calibration curve and what was chosen; a sentence, if the report has none."""
    part = measured.part("calibration")
    curves = find_curves(part)
    if not curves:
        return paragraph("The report holds no calibration curve.", "note")
    chosen = part.get("chosen")
    said = [f"Calibration: {chosen}." if chosen else "", sentence(part.get("why")), _error(part)]
    figure = Html(_figure(curves))
    tables = [_table(LOOKS[name][0], bins) for name, bins in curves.items()]
    shown = [
        paragraph(" ".join(one for one in said if one)),
        _key(curves),
        figure,
        paragraph(EXPLAINED, "note"),
    ]
    return join([*shown, fold("The figures behind the curve", *tables)])


def find_curves(part: Mapping[str, Any]) -> dict[str, list[Bin]]:
    """Give the reliability curves: one if nothing was calibrated, else both."""
    reliability = part.get("reliability") or {}
    curves = {name: [one for one in reliability.get(name) or [] if one.get("n")] for name in LOOKS}
    if curves["before"] == curves["after"]:
        curves["before"] = []
    return {name: bins for name, bins in curves.items() if bins}


def _error(part: Mapping[str, Any]) -> str:
    after = (part.get("nested") or {}).get("after") or {}
    if after.get("ece") is None:
        return ""
    chance = after.get("ece_by_chance")
    by_chance = f" ({fixed(chance, 4)} by chance alone, were it calibrated)" if chance is not None else ""
    return f"Expected calibration error {fixed(after['ece'], 4)}{by_chance}."


def _key(curves: Mapping[str, Sequence[Bin]]) -> Html:
    if len(curves) < 2:
        return Html()
    shown = [
        tag(
            "span",
            tag("span", LOOKS[name][3], class_=f"sign {LOOKS[name][1]}", aria_hidden="true"),
            f" {LOOKS[name][0]}",
        )
        for name in curves
    ]
    return tag("p", *shown, class_="key")


def _figure(curves: Mapping[str, Sequence[Bin]]) -> str:
    every = [one for bins in curves.values() for one in bins]
    lowest = min(min(one["confidence"], one["accuracy"], _end(one, "low")) for one in every)
    low = max(0.0, lowest - 0.04)
    ends = [low, 1 + (1 - low) / 30]
    x = axis("confidence", range=ends, tickformat=".0%", nticks=6)
    y = axis("right", range=ends, tickformat=".0%", nticks=6)
    gap = max(abs(one["confidence"] - one["accuracy"]) for one in list(curves.values())[-1])
    says = f"Share of right answers by confidence; the widest gap of a bin is {share(gap)}."
    traces = [_diagonal(), *(_trace(name, bins) for name, bins in curves.items())]
    return str(tag("div", Html(draw(traces, layout(x, y), says=says, height_px=380)), class_="squarish"))


def _diagonal() -> dict[str, Any]:
    line = {"color": css("soft"), "width": 1.5, "dash": "dot"}
    return {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "line": line, "hoverinfo": "skip"}


def _trace(name: str, bins: Sequence[Bin]) -> dict[str, Any]:
    _, colour, symbol, _ = LOOKS[name]
    most = max(one["n"] for one in bins)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [one["confidence"] for one in bins],
        "y": [one["accuracy"] for one in bins],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_end(one, "high") - one["accuracy"] for one in bins],
            "arrayminus": [one["accuracy"] - _end(one, "low") for one in bins],
            "color": css(colour),
            "thickness": 1.6,
            "width": 0,
        },
        "line": {"color": css(colour), "width": 1.5},
        "marker": {
            "color": css(colour),
            "symbol": symbol,
            "size": [8 + 9 * (one["n"] / most) ** 0.5 for one in bins],
        },
        "text": [
            f"{one['n']:,} rows: confidence {share(one['confidence'])}, right {share(one['accuracy'])}"
            for one in bins
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _end(one: Bin, end: str) -> float:
    return float(one["accuracy"] if one.get(end) is None else one[end])


def _table(title: str, bins: Sequence[Bin]) -> Html:
    rows = [
        [
            f"{share(one.get('from'))} to {share(one.get('to', 1.0))}",
            f"{one['n']:,}",
            share(one["confidence"]),
            share(one["accuracy"]),
            bounds({"value": 0, **one}, is_share=True),
        ]
        for one in bins
    ]
    heads = ["Confidence", "#Rows", "#Mean confidence", "#Right", "#95 % interval"]
    return table(heads, rows, caption=f"Bins, {title}")
