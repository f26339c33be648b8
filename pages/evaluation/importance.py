"""Permutation importance: what a feature is worth to the model."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Fold, Plot, Section, Table, present
from pages.evaluation.measured import Measured
from pages.number import bounds, count, fixed, listed, sentence
from pages.plot import axis, css, dots, figure, label, layout, line_at, names_axis, rows_height

MOST_DRAWN, OPEN_UP_TO = 25, 12


def show_importance(measured: Measured) -> Section | None:
    """Show each feature's importance with its interval."""
    part = measured.part("importance")
    features = [one for one in part.get("features") or [] if one.get("value") is not None]
    if not features:
        return None
    ordered = sorted(features, key=lambda one: -one["value"])
    table = _table(ordered)
    shown = table if len(ordered) <= OPEN_UP_TO else Fold(f"All {count(len(ordered), 'feature')}", [table])
    blocks = present(_plot(part, ordered), shown, _groups(part))
    return Section("importance", "What the features are worth", sentence(part.get("says")), blocks)


def _plot(part: dict[str, Any], ordered: list[dict[str, Any]]) -> Plot:
    shown = ordered[:MOST_DRAWN]
    more = (
        f" The {MOST_DRAWN} largest are drawn, and {len(ordered) - len(shown)} more are not."
        if len(ordered) > len(shown)
        else ""
    )
    measure = str(part.get("measure") or "rise of log-loss, nats")
    return Plot(
        "plot-importance",
        "Permutation importance.",
        f"How much worse held-out answers become when one feature's values are shuffled ({measure}), with "
        "95 % intervals. A bar that reaches the line shows nothing. Features that tell the same stand in for "
        f"each other, so each alone looks worth less.{more}",
        _figure(shown),
        f"{shown[0]['name']} is worth most ({fixed(shown[0]['value'])})",
        height=rows_height(len(shown), 80),
    )


def _figure(shown: list[dict[str, Any]]) -> dict[str, Any]:
    texts = [f"{label(one['name'], 60)}: {fixed(one['value'])} ({bounds(one)})" for one in shown]
    colours = [css("soft" if (one.get("low") or 0) <= 0 else "c0") for one in shown]
    trace = dots(shown, range(len(shown)), name="importance", colour=colours, texts=texts)
    names = [str(one["name"]) for one in shown]
    x = axis("rise of log-loss, nats")
    return figure([trace], layout(x, names_axis(names), shapes=[line_at(0, dash="solid")]))


def _table(ordered: list[dict[str, Any]]) -> Table:
    has_twins = any(one.get("shares_with") for one in ordered)
    rows = [
        [
            str(one["name"]),
            Cell(fixed(one["value"]), bounds(one)),
            *([listed([str(twin) for twin in one.get("shares_with") or []])] if has_twins else []),
        ]
        for one in ordered
    ]
    heads = ["Feature", "#Rise of log-loss, nats", *(["Tells the same as"] if has_twins else [])]
    return Table("Importance of each feature, with 95 % intervals", heads, rows)


def _groups(part: dict[str, Any]) -> Table | None:
    groups = [one for one in part.get("groups") or [] if one.get("value") is not None]
    if not groups:
        return None
    rows = [
        [listed([str(name) for name in one["features"]], 8), Cell(fixed(one["value"]), bounds(one))]
        for one in groups
    ]
    return Table(
        "Features that tell the same, shuffled together", ["Features", "#Rise of log-loss, nats"], rows
    )
