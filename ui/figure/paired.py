"""Paired comparisons: two that answered the same held-out rows, and whether a difference is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.figure.element import Html, interval, join, paragraph, table, tag
from ui.figure.measured import Measured, name_inputs, name_member
from ui.figure.number import bounds, count, fixed, p_value

NOT_SHOWN = "no difference shown"


def paired(measured: Measured) -> Html:
    """Show each comparison's difference with its interval; nothing, if none was made."""
    pairs = [
        one
        for one in measured.report.get("paired") or []
        if (one.get("difference") or {}).get("value") is not None
    ]
    if not pairs:
        return Html()
    places = min(5, measured.loss_places + 1)
    shown = sum(pair.get("verdict") != NOT_SHOWN for pair in pairs)
    said = (
        f"{count(len(pairs), 'comparison')} of two that answered the same held-out rows; a difference is "
        f"shown in {shown} of them. Below zero the first is better."
    )
    heads = ["First", "Second", "#Difference, nats", "#p", "Verdict"]
    rows = [_row(pair, places) for pair in pairs]
    caption = "Differences in log-loss, with 95 % intervals"
    note = "p-values are corrected for their number where the comparison was not named beforehand."
    return join([paragraph(said), table(heads, rows, caption=caption, note=note)])


def _row(pair: Mapping[str, Any], places: int) -> list[object]:
    first, second = _sides(pair)
    verdict = str(pair.get("verdict") or "")
    p = pair.get("p_adjusted")
    return [
        first,
        second,
        interval(fixed(pair["difference"]["value"], places), bounds(pair["difference"], places=places)),
        p_value(pair.get("p_value") if p is None else p),
        tag("span", say_verdict(verdict), class_="quiet" if verdict == NOT_SHOWN else "strong"),
    ]


def _sides(pair: Mapping[str, Any]) -> list[Html]:
    """Name both sides, each with its inputs in small print."""
    return [
        interval(name_member(pair.get(side)), name_inputs(pair.get(f"inputs_{side}"))) for side in ("a", "b")
    ]


def say_verdict(verdict: str) -> str:
    """Say a verdict of a comparison.

    >>> say_verdict("a is better"), say_verdict("no difference shown")
    ('first is better', 'no difference shown')
    """
    return {"a is better": "first is better", "b is better": "second is better"}.get(verdict, verdict)
