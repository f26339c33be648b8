"""Paired comparisons: the same rows, answered by both, in a forest plot."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Section, Table
from pages.evaluation.measured import Measured, name_inputs, name_member
from pages.number import bounds, count, fixed, p_value
from pages.plot import axis, css, dots, figure, label, layout, line_at, names_axis, rows_height

MOST_PAIRS = 30
INSIGNIFICANT = "no difference shown"


def show_paired(measured: Measured) -> Section | None:
    """Show each comparison's difference with its interval."""
    pairs = [
        pair for pair in measured.lines("paired") if (pair.get("difference") or {}).get("value") is not None
    ]
    if not pairs:
        return None
    shown = pairs[:MOST_PAIRS]
    n_shown = sum(pair.get("verdict") != INSIGNIFICANT for pair in pairs)
    more = f" The first {MOST_PAIRS} are drawn." if len(pairs) > MOST_PAIRS else ""
    says = (
        f"{count(len(pairs), 'comparison')} of two that answered the same held-out rows; a difference is shown "
        f"in {n_shown} of them."
    )
    plot = Plot(
        "plot-paired",
        "Differences in log-loss.",
        "First minus second, in nats: left of the line the first is better, right of it the second. A bar "
        f"that crosses the line shows no difference.{more}",
        _figure(shown),
        f"{n_shown} of {len(pairs)} comparisons show a difference",
        height=rows_height(len(shown), 80),
    )
    return Section("paired", "Paired comparisons", says, [plot, _table(pairs)])


def name_pair(pair: dict[str, Any]) -> tuple[str, str]:
    """Name both sides, with their inputs where these differ or are all that is told."""
    a, b = name_member(pair.get("a")), name_member(pair.get("b"))
    inputs_a, inputs_b = name_inputs(pair.get("inputs_a")), name_inputs(pair.get("inputs_b"))
    if inputs_a == inputs_b:
        return a, b
    return f"{a} {inputs_a}", f"{b} {inputs_b}"


def _figure(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    colours = [css("soft" if pair.get("verdict") == INSIGNIFICANT else "c0") for pair in pairs]
    texts = [
        f"{label(' against '.join(name_pair(pair)), 90)}<br>{label(pair.get('says') or '', 200)}"
        for pair in pairs
    ]
    trace = dots(
        [pair["difference"] for pair in pairs],
        range(len(pairs)),
        name="difference",
        colour=colours,
        texts=texts,
    )
    names = [_short(pair, place) for place, pair in enumerate(pairs)]
    x = axis("difference in log-loss, nats")
    return figure([trace], layout(x, names_axis(names), shapes=[line_at(0, dash="solid")]))


def _short(pair: dict[str, Any], place: int) -> str:
    """Name a pair as the table numbers it; both names would leave a narrow screen no room for the plot."""
    a, b = name_member(pair.get("a")), name_member(pair.get("b"))
    return f"{place + 1}  {a}" if a == b else f"{place + 1}  {a} / {b}"


def _table(pairs: list[dict[str, Any]]) -> Table:
    rows = []
    for place, pair in enumerate(pairs):
        a, b = name_pair(pair)
        inputs = name_inputs(pair.get("inputs_a")) if pair.get("inputs_a") == pair.get("inputs_b") else ""
        verdict = str(pair.get("verdict") or "")
        mark = "muted" if verdict == INSIGNIFICANT else "good"
        rows.append(
            [
                f"{place + 1}",
                Cell(a, inputs),
                b,
                Cell(fixed(pair["difference"]["value"], 4), bounds(pair["difference"], places=4)),
                p_value(pair.get("p_value")),
                Cell(_write(verdict), mark=mark),
            ]
        )
    heads = ["", "First", "Second", "#Difference, nats", "#p-value", "Which shows"]
    return Table("Differences in log-loss with 95% intervals", heads, rows)


def _write(verdict: str) -> str:
    return {"a is better": "first is better", "b is better": "second is better"}.get(verdict, verdict)
