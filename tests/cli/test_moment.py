"""Times as a person types them."""

from __future__ import annotations

import time

import click
import pytest

from cli.moment import clock, moment


def test_moment_reads_dates_zones_and_ages() -> None:
    """A date is midnight UTC, a zone is honoured, an age is before now."""
    assert moment("2026-05-01") == 1_777_593_600_000_000
    assert moment("2026-05-01T02:00:00+02:00") == moment("2026-05-01")
    assert abs(time.time() - 7_200 - moment("2h") / 1e6) < 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1960-01-01", 0), ("9999w", 0), ("2300-01-01", 2**53 - 1), ("9999-12-31", 2**53 - 1)],
)
def test_moment_beyond_the_log_is_its_nearest_end(text: str, expected: int) -> None:
    """The service takes moments from 1970 to what a JSON number holds exactly."""
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2h ago", "2026-13-01"])
def test_moment_says_what_it_expected(text: str) -> None:
    """What is no time is wrong usage with examples."""
    with pytest.raises(click.BadParameter, match="is no time; give 30m"):
        moment(text)


def test_clock_writes_utc() -> None:
    """The moment is written to the second."""
    assert clock(1_777_593_600_000_000) == "2026-05-01 00:00:00"
