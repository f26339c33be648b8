"""One model: what it is worth, what ships and why, and the figures of its evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.calibration import calibration
from ui.figure.confusion import confusion
from ui.figure.element import Html, fold, join, paragraph, table, tag
from ui.figure.measured import Measured, name_inputs, name_member
from ui.figure.member import members
from ui.figure.number import MISSING, abridge, count, sentence
from ui.figure.paired import paired
from ui.figure.score import tiles
from ui.markup import facts, notice

NO_REPORT = (
    "The ledger holds no evaluation report of this model, so there is no confusion matrix, no calibration "
    "and no paired comparison to show. What its card says stands here."
)


def show_detail(model: Mapping[str, Any], report: Mapping[str, Any] | None, *, current: str | None) -> Html:
    """Show a model as `GET /models/{tag}` tells it, with its evaluation report if there is one."""
    card = model.get("card") or {}
    measured = Measured(card, report or {})
    badge = tag("span", "serves now", class_="badge") if model.get("tag") == current else None
    shown = [
        tag("h2", "Model ", tag("span", model.get("tag"), class_="tag"), " ", badge),
        Html(facts(_facts(card, model.get("generations") or []))),
        None if report else Html(notice(NO_REPORT, "note")),
        tiles(measured),
        _shipped(measured),
        _section("Members compared", members(measured), fold("Paired comparisons", paired(measured))),
        _figures(measured) if report else None,
        fold("Libraries it was trained with", _libraries(card)),
    ]
    return tag("article", *shown, class_="detail")


def _facts(card: Mapping[str, Any], generations: Sequence[int]) -> dict[str, str]:
    rows, seed = card.get("rows") or {}, card.get("seed")
    numbers = ", ".join(map(str, sorted(generations))) or "none: it never served"
    return {
        "Generations": numbers,
        "Trained on": count(rows.get("trained_on"), "record"),
        "Snapshot": abridge(card.get("snapshot")),
        "Effort": str(card.get("effort") or MISSING),
        "Seed": MISSING if seed is None else str(seed),
        "Recipe": abridge(card.get("recipe")),
        "Code": abridge(card.get("code")),
    }


def _shipped(measured: Measured) -> Html:
    """Say what ships, and why."""
    if not measured.procedure:
        return Html()
    inputs = name_inputs(measured.inputs)
    said = f"What ships is the {name_member(measured.procedure)}{f', {inputs}' if inputs else ''}."
    why = (
        tag("ul", *[tag("li", sentence(one)) for one in measured.why], class_="why") if measured.why else None
    )
    return _section("What ships, and why", paragraph(said), why)


def _figures(measured: Measured) -> Html:
    shown = [
        _section("Confusion matrix", confusion(measured)),
        _section("Calibration", calibration(measured)),
    ]
    return tag("div", *shown, class_="pair")


def _section(title: str, *inside: object) -> Html:
    content = join(inside)
    return tag("section", tag("h3", title), content) if content else Html()


def _libraries(card: Mapping[str, Any]) -> Html:
    libraries = card.get("libraries") or {}
    rows = [[name, version] for name, version in sorted(libraries.items())]
    return table(["Library", "Version"], rows, caption="Libraries") if rows else Html()
