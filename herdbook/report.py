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


def read_report(ledger: Ledger, dataset: str, kind: str, name: str) -> dict[str, Any]:
    """Read a report by its name."""
    return document.read(ledger, keys.report(dataset, kind, name))


def list_reports(ledger: Ledger, dataset: str, kind: str) -> list[str]:
    """List the names of all reports of a kind."""
    folder = keys.report_folder(dataset, kind)
    return [entry.key.removeprefix(folder).removesuffix(".json") for entry in ledger.list(folder)]
