"""Cells that a spreadsheet would run."""

from __future__ import annotations

import pytest

from ui.spreadsheet import harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1"])
def test_harmless_quotes_what_a_spreadsheet_would_run(text: str):
    """A text that begins like a formula gets a quote before it."""
    assert harmless(text) == f"'{text}"
