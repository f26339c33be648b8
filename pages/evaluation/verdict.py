"""What an evaluation's page says first."""

from __future__ import annotations

from typing import Any

from pages.block import Tile, Verdict
from pages.evaluation.measured import Measured, name_inputs, name_member
from pages.number import bounds, fixed, listed, number, sentence, share


def give_verdict(measured: Measured) -> Verdict:
    """Say in a few sentences what the model is worth."""
    return Verdict(
        sentences=[said for said in (_accuracy(measured), _shipped(measured), _note(measured)) if said],
        tiles=_tiles(measured),
        warning=_warning(measured),
    )


def _accuracy(measured: Measured) -> str:
    accuracy = measured.headline.get("accuracy")
    if not accuracy:
        return "This report holds no score of the model that ships."
    value = accuracy["value"]
    said = "every time" if value == 1 else f"{share(value)} of the time"
    ends = bounds(accuracy, is_share=True)
    return f"On rows it never saw it was right {said}{f' (95% interval: {ends})' if ends else ''}."


def _shipped(measured: Measured) -> str:
    if not measured.procedure:
        return ""
    inputs = name_inputs(measured.decision.get("inputs"))
    said = f"What ships is the {name_member(measured.procedure)}{f', {inputs}' if inputs else ''}"
    ours, theirs = measured.headline.get("log_loss"), measured.baseline.get("log_loss")
    if not ours or not theirs:
        return f"{said}."
    better = "better than" if _is_below(ours, theirs) else "not clearly better than"
    return (
        f"{said}; its log-loss of {number(ours['value'])} nats is {better} the {number(theirs['value'])} of "
        "answering with the classes' frequencies alone."
    )


def _is_below(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Tell two figures apart by their intervals alone: these must not touch."""
    high, low = ours.get("high"), theirs.get("low")
    return high is not None and low is not None and bool(high < low)


def _note(measured: Measured) -> str:
    note = measured.part("design").get("note") or (measured.card.get("evaluation") or {}).get("note")
    return sentence(note)


def _warning(measured: Measured) -> str:
    failed = [control for control in measured.lines("controls") if control.get("passed") is False]
    if not failed:
        return ""
    titles = [str(control.get("title") or control.get("name")) for control in failed]
    quoted = listed([f"“{title}”" for title in titles])
    if len(failed) == 1:
        return f"One control does not hold, and qualifies all figures: {quoted}."
    return f"{len(failed)} controls do not hold, and qualify all figures: {quoted}."


def _tiles(measured: Measured) -> list[Tile]:
    tiles = []
    for measure, title in (
        ("accuracy", "Accuracy"),
        ("macro_f1", "Macro-F1"),
        ("log_loss", "Log-loss, nats"),
    ):
        found = measured.headline.get(measure)
        if found:
            is_share = measure != "log_loss"
            places = measured.loss_places
            value = share(found["value"]) if is_share else fixed(found["value"], places)
            tiles.append(Tile(value, title, bounds(found, is_share=is_share, places=places)))
    chance = measured.baseline.get("accuracy")
    if chance:
        tiles.append(Tile(share(chance["value"]), "Most frequent class", "accuracy without any model"))
    return tiles
