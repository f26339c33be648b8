"""Each class: how often it is found, and how often an answer that names it is right."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Points, Section, Table, present
from pages.evaluation.measured import Measured
from pages.identity import Identity
from pages.number import bounds, count, number, sentence, share
from pages.plot import css, dots, figure, label, layout, names_axis, rows_height, share_axis

MOST_DRAWN, MOST_RARE = 25, 6
LOOKS = (("recall", "c0", "circle"), ("precision", "c1", "square"))


def show_classes(measured: Measured) -> Section | None:
    """Show precision and recall of each class, and mark those too rare to claim about."""
    classes = measured.lines("classes")
    if not classes:
        return None
    rare = [one for one in classes if one.get("is_too_rare")]
    says = "Every class has enough rows for a claim."
    if rare:
        says = f"{count(len(rare), 'class')} with too few rows for any claim, marked below."
    said = [sentence(one.get("says")) for one in rare[:MOST_RARE] if one.get("says")]
    points = Points(said) if said else None
    return Section("classes", "Classes", says, present(_plot(classes), _table(measured, classes), points))


def _plot(classes: list[dict[str, Any]]) -> Plot | None:
    known = [one for one in classes if one.get("recall")]
    if not known:
        return None
    shown = sorted(known, key=lambda one: one["recall"]["value"])[:MOST_DRAWN]
    shown = known if len(known) <= MOST_DRAWN else shown
    more = f" The {MOST_DRAWN} of least recall are drawn." if len(known) > MOST_DRAWN else ""
    worst = min(known, key=lambda one: one["recall"]["value"])
    return Plot(
        "plot-classes",
        "Recall and precision.",
        f"Bars are 95 % intervals.{more}",
        _figure(shown),
        f"the lowest recall is that of {worst['name']} with {share(worst['recall']['value'])}",
        height=rows_height(len(shown), 110) + 6 * len(shown),
    )


def _figure(shown: list[dict[str, Any]]) -> dict[str, Any]:
    traces = []
    for place, (measure, colour, symbol) in enumerate(LOOKS):
        known = [(row, one) for row, one in enumerate(shown) if one.get(measure)]
        texts = [
            f"{label(one['name'])}: {measure} {share(one[measure]['value'])} "
            f"({bounds(one[measure], is_share=True)})"
            for _, one in known
        ]
        at = [row + (0.14 if place else -0.14) for row, _ in known]
        values = [one[measure] for _, one in known]
        traces.append(dots(values, at, name=measure, colour=css(colour), texts=texts, symbol=symbol))
    names = [f"{one['name']} (rare)" if one.get("is_too_rare") else str(one["name"]) for one in shown]
    ends = [
        one[measure].get(end, one[measure]["value"])
        for one in shown
        for measure, _, _ in LOOKS
        if one.get(measure)
        for end in ("low", "high")
    ]
    return figure(
        traces, layout(share_axis(low=min(ends), high=max(ends)), names_axis(names), showlegend=True)
    )


def _table(measured: Measured, classes: list[dict[str, Any]]) -> Table:
    has_rare = any(one.get("is_too_rare") for one in classes)
    places = {name: place for place, name in enumerate(measured.classes)}
    rows = [
        [
            Cell(str(one["name"]), identity=Identity(places.get(one["name"], place), str(one["name"]))),
            number(one.get("n")),
            _interval(one.get("recall")),
            _interval(one.get("precision")),
            *([_claim(one)] if has_rare else []),
        ]
        for place, one in enumerate(classes)
    ]
    heads = ["Class", "#Rows", "#Recall", "#Precision", *(["Claim"] if has_rare else [])]
    note = "Recall: share found of the class's rows. Precision: share right of the answers that name it."
    return Table("Each class, with 95 % intervals", heads, rows, note=note)


def _claim(one: dict[str, Any]) -> Cell:
    return Cell("too rare", mark="warn") if one.get("is_too_rare") else Cell("")


def _interval(one: dict[str, Any] | None) -> Cell:
    if not one:
        return Cell(number(None))
    return Cell(share(one["value"]), bounds(one, is_share=True))
