"""The form of a record, made from what the service says of the dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Feature = Mapping[str, Any]
Faults = Mapping[str, str]
NONE: Faults = {}

ON_LOAD = """
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = {};
  for (const one of event.target.elements) {
    if (one.name) typed[one.name] = one.type === 'checkbox' ? one.checked : one.value;
  }
  trigger('submit', { typed });
});
watch('value', () => element.querySelector('[aria-invalid=true]')?.focus());
"""
"""Hands what was typed to the event `submit`; after a refusal the first wrong field is focused."""


def write_form(
    dataset: Mapping[str, Any],
    *,
    tab: str,
    push: str,
    typed: Mapping[str, Any] | None = None,
    faults: Faults = NONE,
) -> str:
    """Write the form of one record: what was typed, else the example, with what was wrong at each field."""
    shown = dataset["example"] if typed is None else typed
    fields = "".join(
        write_field(feature, tab=tab, value=shown.get(feature["name"]), fault=faults.get(feature["name"], ""))
        for feature in dataset["features"]
    )
    return (
        f'<form class="record" data-tab="{tab}" novalidate aria-label="Record">'
        f'<div class="fields">{fields}</div>'
        f'<div class="actions"><button class="push" type="submit">{escape(push)}</button></div></form>'
    )


def write_field(feature: Feature, *, tab: str, value: Any, fault: str) -> str:
    """Write one field: its name with its unit, its control, its bounds in words and what was wrong."""
    place = escape(f"{tab}-{feature['name']}", quote=True)
    states = f'id="{place}" name="{escape(feature["name"], quote=True)}"'
    states += f' aria-describedby="{place}-help {place}-fault"' + (' aria-invalid="true"' if fault else "")
    label = write_label(feature)
    if feature["type"] == "boolean" and not feature["missing"]:
        inner = f'<label for="{place}">{write_check(states, value)}{label}</label>'
        kind = "field check"
    else:
        inner = f'<label for="{place}">{label}</label>{_control(feature, states, value)}'
        kind = "field"
    hidden = "" if fault else " hidden"
    return (
        f'<div class="{kind}">{inner}<p class="help" id="{place}-help">{escape(describe(feature))}</p>'
        f'<p class="fault" id="{place}-fault"{hidden}>{escape(fault)}</p></div>'
    )


def write_label(feature: Feature) -> str:
    """Write a feature's name for a person.

    >>> write_label({"name": "body_weight", "unit": "kg"})
    'Body weight <small>(kg)</small>'
    """
    said = say_name(feature["name"])
    unit = f" <small>({escape(feature['unit'])})</small>" if feature.get("unit") else ""
    return f"{escape(said)}{unit}"


def say_name(name: str) -> str:
    """Write the name of a feature as words.

    >>> say_name("walks_on_n_legs"), say_name("pH")
    ('Walks on n legs', 'PH')
    """
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]


def describe(feature: Feature) -> str:
    """Say in words which values a feature takes.

    >>> describe({"type": "number", "minimum": 0, "maximum": 20.0, "unit": "m", "missing": False})
    '0 to 20 m.'
    """
    bounds = _bounds(feature) if feature["type"] in {"integer", "number"} else ""
    about = (feature.get("description") or "").rstrip(".")
    empty = "May be left empty" if feature["missing"] else ""
    return " ".join(f"{part}." for part in (about, bounds, empty) if part)


def _bounds(feature: Feature) -> str:
    low, high = feature.get("minimum"), feature.get("maximum")
    unit = f" {feature['unit']}" if feature.get("unit") else ""
    if low is None and high is None:
        return ""
    if high is None:
        return f"At least {_exact(low)}{unit}"
    if low is None:
        return f"At most {_exact(high)}{unit}"
    return f"{_exact(low)} to {_exact(high)}{unit}"


def _exact(bound: Any) -> str:
    """Write a bound with all of its digits.

    >>> _exact(1_234_567), _exact(20.0), _exact(1_000_000.5)
    ('1,234,567', '20', '1,000,000.5')
    """
    is_whole = isinstance(bound, float) and bound.is_integer() and abs(bound) < 1e15
    return f"{int(bound) if is_whole else bound:,}"


def write_check(states: str, value: Any) -> str:
    """Write a box to tick."""
    return f'<input type="checkbox" {states}{" checked" if value is True else ""}>'


def _control(feature: Feature, states: str, value: Any) -> str:
    if feature["type"] == "boolean":
        return _choice(states, [("true", "yes"), ("false", "no")], _told(value), is_open=True)
    if feature["type"] == "category":
        values = [(str(one), str(one)) for one in feature["values"]]
        return _choice(states, values, _told(value), is_open=bool(feature["missing"]))
    low, high = feature.get("minimum"), feature.get("maximum")
    told = (("min", low), ("max", high))
    bounds = "".join(f' {name}="{bound!r}"' for name, bound in told if bound is not None)
    step = "1" if feature["type"] == "integer" else "any"
    shown = escape(_told(value), quote=True)
    return f'<input type="number" inputmode="decimal" step="{step}"{bounds} {states} value="{shown}">'


def _choice(states: str, values: Sequence[tuple[str, str]], chosen: str, *, is_open: bool) -> str:
    every = [("", "unknown"), *values] if is_open else list(values)
    options = "".join(_option(value, said, is_chosen=value == chosen) for value, said in every)
    return f"<select {states}>{options}</select>"


def _option(value: str, said: str, *, is_chosen: bool) -> str:
    chosen = " selected" if is_chosen else ""
    return f'<option value="{escape(value, quote=True)}"{chosen}>{escape(said)}</option>'


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
