"""The form of a record."""

from __future__ import annotations

from typing import Any

import pytest

from ui.form import describe, write_field

WIDE: dict[str, Any] = {"name": "price", "type": "integer", "missing": False, "unit": "EUR"}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 1_234_567, "0 to 1,234,567 EUR."),
        (1_000_001.0, None, "At least 1,000,001 EUR."),
        (None, 0.1234567, "At most 0.1234567 EUR."),
    ],
)
def test_bounds_are_told_with_all_of_their_digits(low: float | None, high: float | None, said: str):
    """A person reads the bound that holds, not one that is rounded to six digits."""
    assert describe({**WIDE, "minimum": low, "maximum": high}) == said


def test_bounds_of_the_control_are_exact():
    """The browser checks against the same bounds, digit by digit."""
    html = write_field({**WIDE, "minimum": -1_000_001, "maximum": 1_234_567.25}, tab="t", value=1, fault="")

    assert ' min="-1000001" max="1234567.25" ' in html
