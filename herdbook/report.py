"""Reports in the ledger: what was found, measured or decided, one JSON object each, named by its content."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping
from typing import Any

from herdbook import document, keys
from herdbook.errors import ReportMissingError, shown
from herdbook.ledger import Ledger

FORMATS = (1, 2)
"""Formats of reports that can be read; each kind says which it writes now."""

SHORTEST = 8
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")


def write_report(ledger: Ledger, dataset: str, kind: str, report: Mapping[str, object]) -> str:
    """Write a report and return its name, the SHA-256 of its bytes; equal reports are one object."""
    body = document.encode({"format": document.FORMAT, **report})
    name = hashlib.sha256(body).hexdigest()
    ledger.create(keys.report(dataset, kind, name), body)
    return name


def find_report(ledger: Ledger, dataset: str, kind: str, *, model: str) -> dict[str, Any] | None:
    """Find a report of a kind about a model, by its tag; of several trainings that made it, any one's."""
    found = (
        document.read(ledger, entry.key, formats=FORMATS)
        for entry in ledger.list(keys.report_folder(dataset, kind))
    )
    return next((report for report in found if report.get("model") == model), None)


def read_report(ledger: Ledger, dataset: str, kind: str, name: str) -> dict[str, Any]:
    """Read a report by its whole name.

    Raises
    ------
    KeyMissingError
        There is no such report.
    """
    return document.read(ledger, keys.report(dataset, kind, name), formats=FORMATS)


def resolve_report(ledger: Ledger, dataset: str, kind: str, digits: str) -> str:
    """Find the whole name of the one report of a kind that begins with these digits, 8 or more.

    Raises
    ------
    ReportMissingError
        There is none, or several begin like this.
    """
    found = _beginning_with(ledger, dataset, kind, digits) if _DIGITS.fullmatch(digits) else []
    if len(found) == 1:
        return found[0]
    wanted = f"{digits!r} of kind {kind} about dataset {dataset}"
    if found:
        raise ReportMissingError(f"that only {wanted} is", cure=f"{shown(found)} begin like this")
    raise ReportMissingError(
        wanted, cure=f"give the name that was printed, or its first {SHORTEST} digits or more"
    )


def _beginning_with(ledger: Ledger, dataset: str, kind: str, digits: str) -> list[str]:
    folder = keys.report_folder(dataset, kind)
    names = (
        entry.key.removeprefix(folder).partition(".")[0]
        for entry in ledger.list(folder, after=folder + digits)
    )
    return list(itertools.takewhile(lambda name: name.startswith(digits), names))
