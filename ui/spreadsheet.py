"""Which cells a spreadsheet would run: the one rule for all files that are downloaded from the page."""

from __future__ import annotations

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection)."""


def harmless(value: Any) -> Any:
    """Write a cell so that no spreadsheet takes it for a formula: a text that looks like one gets a quote.

    >>> harmless("=1+1"), harmless("dog"), harmless(-1.5), harmless(True), harmless(None)
    ("'=1+1", 'dog', -1.5, 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
