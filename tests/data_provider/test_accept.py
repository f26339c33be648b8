"""Accept: which format a client gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_provider.accept import choose_format
from data_provider.encode import JSON, PARQUET


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (PARQUET, PARQUET),
        ("Application/VND.Apache.Parquet", PARQUET),
        (f"{PARQUET}, {JSON}", JSON),
        (f"{PARQUET}, {JSON};q=0.5", PARQUET),
        (f"{PARQUET};q=0.2, */*;q=0.1", PARQUET),
        (f"{JSON};q=0, */*", PARQUET),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=much", None),
    ],
)
def test_choose_format_follows_the_header(accept: str | None, expected: str | None) -> None:
    """The more wanted format wins, JSON if both are wanted alike, and none if neither is."""
    chosen = choose_format(accept)

    assert chosen == expected


@given(accept=st.text(max_size=60))
def test_choose_format_takes_any_header(accept: str) -> None:
    """No header makes it fail."""
    chosen = choose_format(accept)

    assert chosen in {JSON, PARQUET, None}
