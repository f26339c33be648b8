"""From what was typed, or stands in a file, to a record as the service takes it; the service judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from herdbook.client import Fault

TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def read_record(features: Sequence[Mapping[str, Any]], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Read a record from texts by the type of each feature."""
    return {one["name"]: read_value(one["type"], typed.get(one["name"])) for one in features}


def read_value(kind: str, typed: Any) -> Any:
    """Read a value from a text; what cannot be read stays as it is, for the service to refuse.

    >>> [read_value("integer", one) for one in ("4", "4.0", "four", "")]
    [4, 4, 'four', None]
    >>> read_value("boolean", "False"), read_value("number", " 0.5 "), read_value("category", "red")
    (False, 0.5, 'red')
    """
    if not isinstance(typed, str):
        return typed
    text = typed.strip()
    if not text:
        return None
    if kind == "boolean":
        return text.lower() in TRUE if text.lower() in TRUE | FALSE else text
    return _number(text, kind) if kind in {"integer", "number"} else text


def _number(text: str, kind: str) -> Any:
    if text.lstrip("+-").isdecimal():
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text
    if number - number != 0:  # not finite: JSON has no such number
        return text
    return int(number) if kind == "integer" and number.is_integer() else number


def faults_by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Say at each field what is wrong with it."""
    return {fault.field: say_fault(fault) for fault in faults if fault.field is not None}


def say_fault(fault: Fault) -> str:
    """Say what a field expects and what it got.

    >>> say_fault(Fault(0, "height", 30, "a number from 0 to 20"))
    'Expected a number from 0 to 20, got 30.'
    """
    got = "nothing" if fault.got is None else repr(fault.got)
    return f"Expected {fault.expected}, got {got}."
