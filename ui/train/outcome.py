"""What came out of a training, beside the model that served then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.figure.element import Html, interval, join, paragraph, table, tag
from ui.figure.measured import Measured
from ui.figure.number import abridge, bounds, count, duration, fixed, p_value, sentence, share
from ui.figure.score import tiles, versus
from ui.markup import facts, notice

Answer = Mapping[str, Any]
FIRST = "It was the first model of this dataset, and serves since."


def show_outcome(answer: Answer | None, current: str | None) -> Html:
    """Show the model of a training, its figures beside the champion's, and a verdict in words."""
    if not answer:
        return Html()
    model, comparison = answer.get("tag"), answer.get("comparison")
    heading = tag("h2", "Its model ", tag("span", model, class_="tag"))
    shown = _beside(comparison) if comparison else _alone(answer, current)
    return join([heading, Html(facts(_facts(answer))), _known(answer), shown])


def _facts(answer: Answer) -> dict[str, str]:
    snapshot, timings = answer.get("snapshot") or {}, answer.get("timings") or {}
    told = {
        "Snapshot": abridge(snapshot.get("id")),
        "Records": count(snapshot.get("rows"), "record"),
        "Models fitted": f"{answer.get('fits') or 0:,}",
    }
    return told | ({"Computing time": duration(timings["cpu_s"])} if timings.get("cpu_s") is not None else {})


def _known(answer: Answer) -> Html:
    if answer.get("is_new") is not False:
        return Html()
    said = (
        "This was trained before: same records, settings, seed and code. The model is the one that there was."
    )
    return Html(notice(said, "note"))


def _alone(answer: Answer, current: str | None) -> Html:
    """Show a model that was set beside no other."""
    card = answer.get("card") or {}
    said = "It is the model that serves." if current == answer.get("tag") else ""
    return join([paragraph(said), tiles(Measured(card)) if card else None])


def _beside(comparison: Mapping[str, Any]) -> Html:
    champion, challenger = str(comparison.get("champion")), str(comparison.get("challenger"))
    headline = comparison.get("headline") or {}
    headlines = {tag_: headline.get(tag_) or {} for tag_ in (champion, challenger)}
    roles = {champion: "Served then", challenger: "This training's"}
    return join(
        [
            tag("p", sentence(comparison.get("says")), class_="verdict"),
            paragraph(_agreement(comparison)),
            versus(headlines, roles, caption="Beside the model that served then, with 95 % intervals"),
            _difference(comparison),
            paragraph(_limits(comparison), "note"),
        ]
    )


def _agreement(comparison: Mapping[str, Any]) -> str:
    found = comparison.get("agreement")
    return "" if found is None else f"They give the same label to {share(found)} of the records."


def _difference(comparison: Mapping[str, Any]) -> Html:
    paired = comparison.get("paired") or {}
    difference = paired.get("difference")
    if not difference:
        return Html()
    told = fixed(difference["value"], 5)
    row = [
        "First minus second",
        f"{paired.get('a')} minus {paired.get('b')}",
        interval(told, bounds(difference, places=5)),
        p_value(paired.get("p_value")),
    ]
    heads = ["", "Models", "#Log-loss, nats", "#p"]
    return table(heads, [row], caption="The difference, record by record, below zero if the first is better")


def _limits(comparison: Mapping[str, Any]) -> str:
    limits = (comparison.get("paired") or {}).get("limits") or []
    said = " ".join(sentence(limit) for limit in limits)
    return (
        said
        if comparison.get("same_snapshot") is not False
        else f"They were trained on different records. {said}"
    )


def show_offer(model: str | None, current: str | None) -> Html:
    """Say what promoting would do."""
    then = f"From then on {model} answers every request"
    said = f"{then}, in the place of {current}. You can roll back at any time." if current else f"{then}."
    return join([tag("h2", "Let it serve"), paragraph(said, "lead")])
