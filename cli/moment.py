"""Moments as a person types them: a date, a time, or how long ago."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

LATEST_US = 2**53 - 1
"""The last moment that the log and every JSON reader can tell from its neighbours: in the year 2255."""

UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def moment(text: str) -> int:
    """Return the microseconds since 1970 that a text means; no zone means UTC.

    A moment before 1970 or after 2255 means the nearest that can be: no prediction lies beyond.

    >>> moment("2026-05-01T12:00:00+02:00") - moment("2026-05-01") == 10 * 3_600 * 1_000_000
    True
    """
    if ago := re.fullmatch(r"(\d{1,6})([smhdw])", text.strip()):
        return max(0, int((time.time() - int(ago[1]) * UNITS_S[ago[2]]) * 1e6))
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        expected = "30m, 2h, 3d, 2026-05-01 or 2026-05-01T12:00:00Z"
        raise click.BadParameter(f"{text!r} is no time; give {expected}") from None
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return min(max(0, int(zoned.timestamp() * 1e6)), LATEST_US)


def clock(time_us: int) -> str:
    """Write a moment for a person, in UTC.

    >>> clock(0)
    '1970-01-01 00:00:00'
    """
    return datetime.fromtimestamp(time_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S")
