"""Records as they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from ui.record import read_record


@pytest.mark.parametrize(
    ("kind", "typed", "read"),
    [
        ("integer", "+-5", "+-5"),
        ("integer", "9" * 30, 1e30),
        ("integer", "4.0", 4),
        ("number", " 0.5 ", 0.5),
        ("number", "inf", "inf"),
        ("boolean", "False", False),
        ("boolean", True, True),
        ("boolean", "", None),
        ("category", "red", "red"),
    ],
)
def test_field_is_read_by_its_type_or_left_for_the_service_to_refuse(kind: str, typed: Any, read: Any):
    """No text that was typed fails here, and none becomes a number that JSON cannot say."""
    assert read_record([{"name": "it", "type": kind}], {"it": typed}) == {"it": read}
