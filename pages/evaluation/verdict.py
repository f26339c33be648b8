"""What an evaluation's page says first."""

from __future__ import annotations

from typing import Any

from pages.block import Tile, Verdict
from pages.evaluation.measured import Measured, name_inputs, name_member
from pages.number import bounds, count, fixed, listed, number, p_value, sentence, share

LEAST_P = 0.001
"""A smaller p-value is written as smaller than this."""


def give_verdict(measured: Measured) -> Verdict:
    """Say in a few sentences what the model is worth."""
    said = (_accuracy(measured), _shipped(measured), _note(measured), _agreement(measured))
    return Verdict(sentences=[one for one in said if one], tiles=_tiles(measured), warning=_warning(measured))


def _accuracy(measured: Measured) -> str:
    accuracy = measured.headline.get("accuracy")
    if not accuracy:
        return "This report holds no score of the model that ships."
    value = accuracy["value"]
    what = "agreed with the discovery on all records" if measured.is_of_clusters else "was right"
    said = "every time" if value == 1 else f"{share(value)} of the time"
    ends = bounds(accuracy, is_share=True)
    return f"On rows it never saw it {what} {said}{f' (95 % interval: {ends})' if ends else ''}."


def _shipped(measured: Measured) -> str:
    if not measured.procedure:
        return ""
    inputs = name_inputs(measured.decision.get("inputs"))
    said = f"What ships is the {name_member(measured.procedure)}{f', {inputs}' if inputs else ''}"
    ours, theirs = measured.headline.get("log_loss"), measured.baseline.get("log_loss")
    if not ours or not theirs:
        return f"{said}."
    return (
        f"{said}; its log-loss is {number(ours['value'])} nats, and that of answering with the classes' "
        f"frequencies alone {number(theirs['value'])}{_beside_baseline(measured)}."
    )


def _beside_baseline(measured: Measured) -> str:
    """Say what the paired comparison shows, row by row; intervals that touch would tell less."""
    paired = measured.beside_baseline
    if not paired:
        return ""
    p = paired.get("p_adjusted", paired.get("p_value"))
    told = f" (p {p_value(p)})" if p is not None and p < LEAST_P else f" (p = {p_value(p)})"
    verdicts = {"a is better": "better, row by row", "b is better": "worse, row by row"}
    verdict = verdicts.get(str(paired.get("verdict")), "not shown to be better")
    return f": it is {verdict}{told}"


def _note(measured: Measured) -> str:
    note = measured.part("design").get("note") or (measured.card.get("evaluation") or {}).get("note")
    return sentence(note)


def _agreement(measured: Measured) -> str:
    """Say how the discovery agrees with the source's kinds, where these came along."""
    part = measured.part("agreement")
    index = part.get("adjusted_rand_index")
    if index is None:
        return ""
    outliers = part.get("outliers") or {}
    found = outliers.get("f1")
    told = f", and an F1 of {fixed(found, 3)} for outliers" if found is not None else ""
    return (
        "For evaluation only: beside the kinds that the source itself tells, the discovery on all records "
        f"has an adjusted Rand index of {fixed(index, 3)}{told}."
    )


def _warning(measured: Measured) -> str:
    return " ".join(said for said in (_failed(measured), _not_run(measured)) if said)


def _failed(measured: Measured) -> str:
    failed = [control for control in measured.lines("controls") if control.get("passed") is False]
    if not failed:
        return ""
    quoted = _quote(failed)
    if len(failed) == 1:
        return f"One control does not hold, and qualifies all figures: {quoted}."
    return f"{len(failed)} controls do not hold, and qualify all figures: {quoted}."


def _not_run(measured: Measured) -> str:
    """Say that controls are missing: what was not looked for is not thereby absent."""
    controls = measured.lines("controls")
    why = measured.left_out.get("controls")
    missing = [control for control in controls if control.get("is_run") is False]
    if not controls:
        return f"The controls were not run: {why or 'this report holds none'}."
    if not missing:
        return ""
    said = f"{count(len(missing), 'control')} {'was' if len(missing) == 1 else 'were'} not run"
    return f"{said}: {why or 'the report says no reason'}. Nobody has looked at {_quote(missing)}."


def _quote(controls: list[dict[str, Any]]) -> str:
    titles = [str(control.get("title") or control.get("name")) for control in controls]
    return listed([f"“{title}”" for title in titles])


def _tiles(measured: Measured) -> list[Tile]:
    tiles = []
    accuracy = "Agreement with discovery" if measured.is_of_clusters else "Accuracy"
    for measure, title in (
        ("accuracy", accuracy),
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
