"""Reports in the ledger: what was found, measured or decided, one JSON object each, named by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from herdbook import document, keys
from herdbook.ledger import Ledger


def write_report(ledger: Ledger, dataset: str, kind: str, report: Mapping[str, object]) -> str:
    """Write a report and return its name, the SHA-256 of its bytes; equal reports are one object."""
    body = document.encode({"format": document.FORMAT, **report})
    name = hashlib.sha256(body).hexdigest()
    ledger.create(keys.report(dataset, kind, name), body)
    return name


def find_report(ledger: Ledger, dataset: str, kind: str, *, model: str) -> dict[str, Any] | None:
    """Find a report of a kind about a model, by its tag; of several trainings that made it, any one's."""
    found = (document.read(ledger, entry.key) for entry in ledger.list(keys.report_folder(dataset, kind)))
    return next((report for report in found if report.get("model") == model), None)
