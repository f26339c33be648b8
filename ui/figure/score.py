"""What a model is worth: its headline as tiles, and every measure of several models beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.element import Html, interval, join, paragraph, table, tag
from ui.figure.measured import LOWER_IS_BETTER, TITLES, Measured, Scores, loss_places
from ui.figure.number import MISSING, bounds, fixed, sentence, share

NO_SCORE = "Nothing is known of how good this model is: its card holds no score."


def tiles(measured: Measured) -> Html:
    """Show the headline of a model, each figure with its 95 % interval."""
    headline, places = measured.headline, measured.loss_places
    if not headline:
        return paragraph(NO_SCORE, "note")
    shown = [
        _tile(_title(measured, measure), headline[measure], measure, places=places)
        for measure in ("accuracy", "macro_f1", "log_loss")
        if measure in headline
    ]
    chance = measured.baseline.get("accuracy")
    if chance:
        shown.append(_tile("Most frequent class alone", chance, "accuracy", places=places))
    return join([tag("dl", *shown, class_="tiles"), paragraph(_basis(measured), "note")])


def _title(measured: Measured, measure: str) -> str:
    if measure == "accuracy" and measured.is_of_clusters:
        return "Agreement with the discovery"
    return "Log-loss, nats" if measure == "log_loss" else TITLES[measure]


def _tile(title: str, found: Mapping[str, Any], measure: str, *, places: int) -> Html:
    value, ends = write(measure, found, places=places)
    return tag("div", tag("dt", title), tag("dd", tag("b", value), tag("small", ends) if ends else None))


def _basis(measured: Measured) -> str:
    """Say on what the figures rest."""
    said = "On rows that the scored model never saw, with 95 % intervals."
    note = measured.part("design").get("note") or (measured.card.get("evaluation") or {}).get("note")
    return f"{said} {sentence(note)}".strip()


def write(measure: str, found: Mapping[str, Any] | None, *, places: int) -> tuple[str, str]:
    """Write a figure and the ends of its interval, in per cent where it is a share."""
    if not found:
        return MISSING, ""
    if measure in LOWER_IS_BETTER:
        return fixed(found["value"], places), bounds(found, places=places)
    return share(found["value"]), bounds(found, is_share=True)


def cells(scores: Scores | None, *, places: int, measures: Sequence[str]) -> list[Html]:
    """Write measures as cells of a row."""
    return [interval(*write(measure, (scores or {}).get(measure), places=places)) for measure in measures]


def head(measure: str) -> str:
    """Give the head of a measure's column."""
    return "#Log-loss, nats" if measure == "log_loss" else f"#{TITLES[measure]}"


def versus(headlines: Mapping[str, Scores], roles: Mapping[str, str], *, caption: str) -> Html:
    """Set models beside each other, by tag, each with its role."""
    places = loss_places(headlines.values())
    measures = [name for name in TITLES if any(name in one for one in headlines.values())]
    rows = [
        [
            tag("span", roles[model], tag("small", model, class_="ends")),
            *cells(one, places=places, measures=measures),
        ]
        for model, one in headlines.items()
    ]
    return table(["", *map(head, measures)], rows, caption=caption)
