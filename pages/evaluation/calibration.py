"""Calibration: whether a probability of 80 % is right in 80 % of the cases."""

from __future__ import annotations

from typing import Any

from pages.block import Fold, Plot, Section, Table, present
from pages.evaluation.measured import Measured
from pages.number import bounds, count, fixed, number, sentence, share
from pages.plot import css, figure, layout, share_axis

LOOKS = {"before": ("before calibration", "c1", "square-open"), "after": ("as it ships", "c0", "circle")}

HEADS = ["#Log-loss, nats", "#Brier score", "#Expected calibration error", "#… by chance alone"]


def show_calibration(measured: Measured) -> Section | None:
    """Show reliability before and after, and what each method would have given."""
    part = measured.part("calibration")
    curves = _curves(part)
    blocks = present(_plot(part, curves), _nested(part), _methods(part), _bins(curves))
    if not blocks:
        return None
    chosen = part.get("chosen")
    said = f"Calibration: {'none' if chosen == 'none' else chosen}." if chosen else ""
    says = " ".join(one for one in (said, sentence(part.get("why"))) if one)
    return Section("calibration", "Calibration", says, blocks)


def _curves(part: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give the reliability curves: one if nothing was calibrated, else both."""
    reliability = part.get("reliability") or {}
    curves = {name: [one for one in reliability.get(name) or [] if one.get("n")] for name in LOOKS}
    if curves["before"] == curves["after"] or not curves["before"]:
        curves["before"] = []
    return {name: bins for name, bins in curves.items() if bins}


def _plot(part: dict[str, Any], curves: dict[str, list[dict[str, Any]]]) -> Plot | None:
    if not curves:
        return None
    last = list(curves.values())[-1]
    gap = max(abs(one["confidence"] - one["accuracy"]) for one in last)
    after = (part.get("nested") or {}).get("after") or {}
    ece, chance = after.get("ece", part.get("expected_calibration_error")), after.get("ece_by_chance")
    by_chance = f" ({fixed(chance)} by chance alone, were it calibrated)" if chance is not None else ""
    stated = f"expected calibration error {fixed(ece)}{by_chance}; " if ece is not None else ""
    return Plot(
        "plot-reliability",
        "Reliability.",
        "Rows in bins by the confidence of their answer, against how many of them were right. On the line "
        "a confidence is worth what it says; below it the model is too sure. Bars are 95 % intervals; "
        "larger points hold more rows.",
        figure([_diagonal(), *(_trace(name, bins) for name, bins in curves.items())], _layout(curves)),
        f"{stated}the widest gap of a bin is {share(gap)}",
        height=430,
        width=560,
    )


def _layout(curves: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    lowest = min(min(one["confidence"], one.get("low") or 0) for bins in curves.values() for one in bins)
    low = max(0.0, lowest - 0.03)
    bounds_of = {"low": low, "high": 1.0, "range": [low, 1 + (1 - low) / 40]}
    x, y = share_axis("confidence", **bounds_of), share_axis("right", **bounds_of)
    return layout(x, y, showlegend=len(curves) > 1)


def _diagonal() -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": css("soft"), "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _trace(name: str, bins: list[dict[str, Any]]) -> dict[str, Any]:
    title, colour, symbol = LOOKS[name]
    most = max(one["n"] for one in bins)
    low = [one["accuracy"] - (one["low"] if one.get("low") is not None else one["accuracy"]) for one in bins]
    high = [
        (one["high"] if one.get("high") is not None else one["accuracy"]) - one["accuracy"] for one in bins
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": title,
        "x": [one["confidence"] for one in bins],
        "y": [one["accuracy"] for one in bins],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high,
            "arrayminus": low,
            "color": css(colour),
            "thickness": 1.4,
            "width": 0,
        },
        "line": {"color": css(colour), "width": 1.5},
        "marker": {
            "color": css(colour),
            "symbol": symbol,
            "size": [7 + 9 * (one["n"] / most) ** 0.5 for one in bins],
        },
        "text": [_hover(one) for one in bins],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _hover(one: dict[str, Any]) -> str:
    return f"{one['n']:,} rows: confidence {share(one['confidence'])}, right {share(one['accuracy'])}"


def _nested(part: dict[str, Any]) -> Table | None:
    """Show what ships before and after its calibration, which each fold chose and fitted for itself."""
    nested = part.get("nested") or {}
    if not nested:
        return None
    names = [name for name in LOOKS if name in nested]
    if len(names) > 1 and nested["before"] == nested["after"]:
        names = ["after"]
    rows = [[LOOKS[name][0], *_measure(nested[name])] for name in names]
    note = "From answers about rows that had no part in choosing, fitting or calibrating. Lower is better."
    return Table("What ships", ["", *HEADS], rows, note=note)


def _methods(part: dict[str, Any]) -> Fold | None:
    methods = part.get("methods") or {}
    if not methods:
        return None
    names = list(methods)
    rows = [[name, *_measure(methods[name])] for name in names]
    marked = frozenset(place for place, name in enumerate(names) if name == part.get("chosen"))
    note = sentence(part.get("methods_note")) or "Each fitted to other rows than it is measured on."
    table = Table(
        "Methods, cross-fitted", ["Method", *HEADS], rows, note=f"{note} The marked one ships.", marked=marked
    )
    return Fold(f"How the method was chosen: {count(len(names), 'method')}", [table])


def _measure(facts: dict[str, Any]) -> list[str]:
    return [fixed(facts.get(measure), 4) for measure in ("log_loss", "brier", "ece", "ece_by_chance")]


def _bins(curves: dict[str, list[dict[str, Any]]]) -> Fold | None:
    tables = [_bins_table(LOOKS[name][0], bins) for name, bins in curves.items()]
    n_bins = sum(len(table.rows) for table in tables)
    return Fold(f"The figures behind the curve: {count(n_bins, 'bin')}", tables) if tables else None


def _bins_table(title: str, bins: list[dict[str, Any]]) -> Table:
    rows = [
        [
            f"{share(one.get('from'))} to {share(one.get('to', 1.0))}",
            number(one["n"]),
            share(one["confidence"]),
            share(one["accuracy"]),
            bounds({"value": 0, **one}, is_share=True),
        ]
        for one in bins
    ]
    return Table(
        f"Bins, {title}", ["Confidence", "#Rows", "#Mean confidence", "#Right", "#95 % interval"], rows
    )
