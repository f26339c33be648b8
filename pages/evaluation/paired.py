"""Paired comparisons: the same rows, answered by both, in a forest plot."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Section, Table
from pages.evaluation.measured import BASELINE, SHORT, Measured, name_inputs, name_member
from pages.number import bounds, count, fixed, p_value
from pages.plot import axis, css, dots, figure, label, layout, line_at, names_axis

MOST_PAIRS = 30
PAIR_PX = 40
INSIGNIFICANT = "no difference shown"


def show_paired(measured: Measured) -> Section | None:
    """Show each comparison's difference with its interval."""
    pairs = [
        pair for pair in measured.lines("paired") if (pair.get("difference") or {}).get("value") is not None
    ]
    if not pairs:
        return None
    shown = _within(pairs[:MOST_PAIRS])
    n_shown = sum(pair.get("verdict") != INSIGNIFICANT for pair in pairs)
    n_off = len(pairs) - len(shown)
    more = f" {count(n_off, 'comparison')} of the table, far off this scale, not drawn."
    more = more if n_off else ""
    says = (
        f"{count(len(pairs), 'comparison')} of two that answered the same held-out rows; "
        f"a difference is shown in {n_shown} of them.{_corrected(pairs)}"
    )
    plot = Plot(
        "plot-paired",
        "Differences in log-loss.",
        "First minus second, in nats: left of the line the first is better, right of it the second. A bar "
        f"that crosses the line, or is grey, shows no difference.{more}",
        _figure(shown),
        f"{n_shown} of {len(pairs)} comparisons show a difference",
        height=80 + PAIR_PX * max(len(shown), 2),
    )
    return Section(
        "paired", "Paired comparisons", says, [plot, _table(pairs, min(5, measured.loss_places + 1))]
    )


def _corrected(pairs: list[dict[str, Any]]) -> str:
    """Say what was done so that many comparisons do not show something by chance."""
    n_corrected = sum(pair.get("p_adjusted") is not None for pair in pairs)
    if not n_corrected:
        return ""
    n_deciding = len(pairs) - n_corrected
    return (
        f" The {n_deciding} that were named beforehand, to choose the ensemble and the inputs, stand as they "
        f"are; the p-values of the other {n_corrected} are corrected for their number (Holm), so that one "
        "false claim among all of them has a risk of 5 %. Each interval is that of its comparison alone."
    )


def name_pair(pair: dict[str, Any]) -> tuple[str, str]:
    """Name both sides, with their inputs where these differ or are all that is told."""
    a, b = name_member(pair.get("a")), name_member(pair.get("b"))
    inputs_a, inputs_b = name_inputs(pair.get("inputs_a")), name_inputs(pair.get("inputs_b"))
    if inputs_a == inputs_b:
        return a, b
    return f"{a} {inputs_a}", f"{b} {inputs_b}"


def _within(pairs: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Give each pair its place, but not one with the baseline beside which the others would fall together."""
    others = [pair["difference"] for pair in pairs if BASELINE not in {pair.get("a"), pair.get("b")}]
    widest = max(
        (abs(one.get(end) or 0.0) for one in others for end in ("low", "high", "value")), default=None
    )
    return [
        (place, pair)
        for place, pair in enumerate(pairs)
        if widest is None or abs(pair["difference"]["value"]) <= 4 * widest or pair["difference"] in others
    ]


def _figure(pairs: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    colours = [css("soft" if pair.get("verdict") == INSIGNIFICANT else "c0") for _, pair in pairs]
    texts = [
        f"{label(' against '.join(name_pair(pair)), 90)}<br>{label(pair.get('says') or '', 200)}"
        for _, pair in pairs
    ]
    differences = [pair["difference"] for _, pair in pairs]
    trace = dots(differences, range(len(pairs)), name="difference", colour=colours, texts=texts)
    y = names_axis([""] * len(pairs)) | {"ticktext": [_short(place, pair) for place, pair in pairs]}
    x = axis("difference in log-loss, nats")
    return figure([trace], layout(x, y, shapes=[line_at(0, dash="solid")]))


def _short(place: int, pair: dict[str, Any]) -> str:
    """Name a pair in two lines, numbered as in the table."""
    a, b = name_member(pair.get("a")), name_member(pair.get("b"))
    if a == b:
        a, b = (
            f"{a} {SHORT.get(str(pair.get('inputs_a')), '')}",
            f"{SHORT.get(str(pair.get('inputs_b')), '')} clusters",
        )
    return f"{place + 1}. {label(a, 24)}<br>against {label(b, 24)}"


def _table(pairs: list[dict[str, Any]], places: int) -> Table:
    rows = []
    has_corrected = any(pair.get("p_adjusted") is not None for pair in pairs)
    for place, pair in enumerate(pairs):
        a, b = name_pair(pair)
        inputs = name_inputs(pair.get("inputs_a")) if pair.get("inputs_a") == pair.get("inputs_b") else ""
        verdict = str(pair.get("verdict") or "")
        mark = "muted" if verdict == INSIGNIFICANT else "strong"
        rows.append(
            [
                f"{place + 1}",
                Cell(a, inputs),
                b,
                Cell(fixed(pair["difference"]["value"], places), bounds(pair["difference"], places=places)),
                p_value(pair.get("p_value")),
                *([p_value(pair.get("p_adjusted"))] if has_corrected else []),
                Cell(_write(verdict), mark=mark),
            ]
        )
    corrected = ["#Corrected"] if has_corrected else []
    heads = ["", "First", "Second", "#Difference, nats", "#p-value", *corrected, "Which shows"]
    return Table("Differences in log-loss with 95 % intervals", heads, rows)


def _write(verdict: str) -> str:
    return {"a is better": "first is better", "b is better": "second is better"}.get(verdict, verdict)
