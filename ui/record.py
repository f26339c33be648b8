"""From what was typed, or stands in a file, to a record as the service takes it; the service judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from herdbook.client import Fault
from herdbook.client.cell import cells_of


def read_record(features: Sequence[Mapping[str, Any]], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Read a record from texts by the type of each feature, as the client reads the cells of a file.

    >>> read_record([{"name": "legs", "type": "integer"}], {"legs": "4.0"})
    {'legs': 4}
    """
    return {one["name"]: cells_of([typed.get(one["name"])], one["type"])[0] for one in features}


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
