"""Which predictions are wanted: the form of the filters, and what is read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ui.figure.element import Html, tag
from ui.figure.number import moment

Typed = Mapping[str, Any]
MOST_CHARACTERS = 256
ON_LOAD = """
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('filter', { typed: Object.fromEntries(new FormData(event.target)) });
});
element.addEventListener('click', (event) => {
  if (!event.target.closest('button[data-clear]')) return;
  element.querySelector('form').reset();
  trigger('filter', { typed: {} });
});
"""
"""Hands what was typed to the event `filter`."""


def write_form(labels: Sequence[str], models: Sequence[str]) -> Html:
    """Write the form of the filters; times are UTC, and say so."""
    fields = [
        _moment("start", "From", "UTC, and from then on"),
        _moment("end", "Until", "UTC, and before then"),
        _choice("label", "Label", labels),
        _choice("model", "Model", models),
        _text("key", "Key", "Your own name for the record"),
    ]
    buttons = [
        tag("button", "Show", type="submit", class_="push"),
        tag("button", "Clear", type="button", class_="push plain", data_clear=True),
    ]
    acts = tag("div", *buttons, class_="actions")
    return tag("form", tag("div", *fields, class_="fields few"), acts, class_="filters", aria_label="Filters")


def _field(name: str, title: str, control: Html, about: str = "") -> Html:
    place = f"history-{name}"
    told = tag("p", about, id=f"{place}-help", class_="help") if about else None
    return tag("div", tag("label", title, for_=place), control, told, class_="field")


def _moment(name: str, title: str, about: str) -> Html:
    place = f"history-{name}"
    kinds = {"type": "datetime-local", "step": 1, "max": "9999-12-31T23:59:59"}
    return _field(
        name, title, tag("input", id=place, name=name, aria_describedby=f"{place}-help", **kinds), about
    )


def _text(name: str, title: str, about: str) -> Html:
    place = f"history-{name}"
    kinds = {"type": "text", "maxlength": MOST_CHARACTERS, "autocomplete": "off"}
    return _field(
        name, title, tag("input", id=place, name=name, aria_describedby=f"{place}-help", **kinds), about
    )


def _choice(name: str, title: str, values: Sequence[str]) -> Html:
    options = [tag("option", "any", value=""), *(tag("option", value, value=value) for value in values)]
    return _field(name, title, tag("select", *options, id=f"history-{name}", name=name))


def read_wanted(typed: Typed) -> dict[str, Any]:
    """Read what was typed as the client takes it.

    Raises
    ------
    ValueError
        With a sentence that says which field is wrong.

    Examples
    --------
    >>> read_wanted({"start": "1970-01-01T00:00:01", "label": "dog", "key": " "})
    {'start': 1000000, 'label': 'dog'}
    """
    wanted: dict[str, Any] = {name: _read_moment(typed, name) for name in ("start", "end")}
    wanted |= {name: str(typed.get(name) or "").strip() for name in ("label", "model", "key")}
    found = {name: value for name, value in wanted.items() if value not in {None, ""}}
    if "start" in found and "end" in found and found["start"] >= found["end"]:
        raise ValueError(
            "“From” is not before “Until”, so no prediction can lie between: change one of them."
        )
    return found


def _read_moment(typed: Typed, name: str) -> int | None:
    said = str(typed.get(name) or "").strip()
    if not said:
        return None
    try:
        when = datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        title = {"start": "From", "end": "Until"}[name]
        expected = "expected a date and a time, such as 2026-11-22 05:40"
        raise ValueError(f"“{title}” is {said!r}, which is no moment: {expected}.") from None
    return max(0, int(when.timestamp()) * 1_000_000)


def say_wanted(wanted: Mapping[str, Any]) -> str:
    """Say which filters are set.

    >>> say_wanted({"label": "dog", "start": 0}), say_wanted({})
    ('from 1970-01-01 00:00:00 UTC on, label dog', '')
    """
    told = [
        f"from {moment(wanted['start'])} on" if "start" in wanted else "",
        f"before {moment(wanted['end'])}" if "end" in wanted else "",
        *(f"{name} {wanted[name]}" for name in ("label", "model", "key") if name in wanted),
    ]
    return ", ".join(one for one in told if one)
