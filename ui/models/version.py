"""The models that there are and the generations that named one, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.element import Html, paragraph, table, tag
from ui.figure.measured import loss_places, name_inputs, name_member
from ui.figure.number import MISSING, count, moment
from ui.figure.score import cells

Model = Mapping[str, Any]
Generation = Mapping[str, Any]
MOST_GENERATIONS = 50
ON_LOAD = """
element.addEventListener('click', (event) => {
  const pick = event.target.closest('button[data-model]');
  if (pick) trigger('choose', { model: pick.dataset.model });
});
"""
"""Hands the model whose button was pushed to the event `choose`."""


def show_versions(
    models: Sequence[Model], generations: Sequence[Generation], *, current: str | None, chosen: str | None
) -> Html:
    """List the models, the one that serves first, each with a button that shows it below."""
    if not models:
        return tag("p", "There is no model yet. Train one on the Train tab.", class_="empty")
    places = loss_places(model.get("headline") or {} for model in models)
    shown = sorted(models, key=lambda model: -_last_served(model["tag"], generations))
    shown.sort(key=lambda model: model["tag"] != current)
    rows = [_row(model, generations, current=current, chosen=chosen, places=places) for model in shown]
    marked = [place for place, model in enumerate(shown) if model["tag"] == current]
    heads = ["Model", "Served", "Ships", "Effort", "Seed", "#Accuracy", "#Macro-F1", "#Log-loss, nats"]
    return table(heads, rows, caption=f"{count(len(models), 'model')}, with 95 % intervals", marked=marked)


def _row(
    model: Model, generations: Sequence[Generation], *, current: str | None, chosen: str | None, places: int
) -> list[object]:
    headline = model.get("headline") or {}
    name = model["tag"]
    button = tag(
        "button", name, type="button", class_="pick", data_model=name, aria_pressed=_told(name == chosen)
    )
    badge = tag("span", "serves now", class_="badge") if name == current else None
    seed = model.get("seed")
    return [
        tag("span", button, badge, class_="picked"),
        _served(name, generations),
        _ships(model),
        model.get("effort") or MISSING,
        MISSING if seed is None else str(seed),
        *cells(headline, places=places, measures=["accuracy", "macro_f1", "log_loss"]),
    ]


def _told(truth: bool) -> str:
    return "true" if truth else "false"


def _ships(model: Model) -> Html:
    """Say what a model is made of."""
    shipped = model.get("shipped") or {}
    if not shipped:
        return tag("span", "cannot be read" if model.get("snapshot") is None else MISSING, class_="quieter")
    member = name_member(shipped.get("procedure") or shipped.get("ensemble"))
    return tag("span", member, tag("small", name_inputs(model.get("inputs")), class_="ends"))


def _served(name: str, generations: Sequence[Generation]) -> Html:
    """Say by which generations a model served, and since when."""
    own = [one for one in generations if one.get("champion") == name]
    if not own:
        return tag("span", "never", class_="quieter")
    numbers = ", ".join(str(one["number"]) for one in sorted(own, key=lambda one: one["number"])[-3:])
    first = min(own, key=lambda one: one["number"])
    return tag(
        "span", f"generation {numbers}", tag("small", f"first {moment(first['time_us'])}", class_="ends")
    )


def _last_served(name: str, generations: Sequence[Generation]) -> int:
    return max((one["number"] for one in generations if one.get("champion") == name), default=0)


def show_generations(generations: Sequence[Generation]) -> Html:
    """List who served, newest first, with who promoted it and why."""
    if not generations:
        return paragraph("No model has served yet.", "note")
    rows = [
        [
            str(one["number"]),
            one.get("champion"),
            moment(one.get("time_us")),
            one.get("who"),
            tag("span", one.get("why"), _rolled_back(one), class_="words"),
        ]
        for one in generations[:MOST_GENERATIONS]
    ]
    left = len(generations) - len(rows)
    note = f"And {count(left, 'generation')} before." if left else ""
    heads = ["Generation", "Champion", "When", "Who", "Why"]
    return table(heads, rows, caption="Who served, newest first", note=note, marked=[0])


def _rolled_back(generation: Generation) -> Html | None:
    number = (generation.get("evidence") or {}).get("rolled_back_to")
    return tag("small", f"rolled back to generation {number}", class_="ends") if number else None
