"""How figures and moments are written: few digits, no false precision, a dash for what was not measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MISSING = "\N{EN DASH}"
PER_CENT = "\N{NO-BREAK SPACE}%"


def share(value: float | None) -> str:
    r"""Write a share in per cent; nothing is rounded to all or to none of it.

    >>> share(0.1234), share(0.9999), share(1.0), share(0.0001)
    ('12.3\xa0%', '>99.9\xa0%', '100\xa0%', '<0.1\xa0%')
    """
    if value is None:
        return MISSING
    if value in {0, 1}:
        return f"{100 * value:.0f}{PER_CENT}"
    if 0 < value < 0.001:
        return f"<0.1{PER_CENT}"
    return f">99.9{PER_CENT}" if 0.999 < value < 1 else f"{100 * value:.1f}{PER_CENT}"


def fixed(value: float | None, places: int = 3) -> str:
    """Write a number to a fixed number of places, so that a column of them can be compared.

    >>> fixed(0.5), fixed(4.0412, 2)
    ('0.500', '4.04')
    """
    if value is None:
        return MISSING
    rounded = round(value, places) or 0.0  # no zero with a sign
    return f"{rounded:.{places}f}".replace("-", "\N{MINUS SIGN}")


def number(value: Any) -> str:
    """Write a value of a record: numbers to six significant digits, whole ones in full, truth as yes or no.

    >>> number(2.2341234567), number(2000), number(True)
    ('2.23412', '2,000', 'yes')
    """
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer() and abs(value) < 1e15):
        return f"{value:,.0f}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def bounds(interval: Mapping[str, Any] | None, *, is_share: bool = False, places: int = 3) -> str:
    r"""Write the two ends of an interval; nothing, if it has none.

    >>> bounds({"value": 0.5, "low": 0.41, "high": 0.6}, is_share=True)
    '41.0\xa0% to 60.0\xa0%'
    """
    if not interval or interval.get("low") is None or interval.get("high") is None:
        return ""
    low, high = interval["low"], interval["high"]
    return f"{share(low)} to {share(high)}" if is_share else f"{fixed(low, places)} to {fixed(high, places)}"


def p_value(value: float | None) -> str:
    """Write a p-value.

    >>> p_value(0.00001), p_value(0.0312)
    ('< 0.001', '0.031')
    """
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(n: int | None, thing: str) -> str:
    """Count things.

    >>> count(1, "record"), count(2000, "record"), count(2, "class")
    ('1 record', '2,000 records', '2 classes')
    """
    if n is None:
        return MISSING
    return f"{n:,} {thing}{'' if n == 1 else 'es' if thing.endswith('s') else 's'}"


def moment(time_us: int | None) -> str:
    """Write a moment that is told in microseconds since 1970, in UTC.

    >>> moment(1795326046489863)
    '2026-11-22 05:40:46 UTC'
    """
    if time_us is None:
        return MISSING
    return f"{datetime.fromtimestamp(time_us / 1e6, UTC):%Y-%m-%d %H:%M:%S} UTC"


def duration(seconds: float | None) -> str:
    """Write how long something took.

    >>> duration(0.4), duration(42.3), duration(184), duration(7384)
    ('0.4 s', '42 s', '3 min 4 s', '2 h 3 min')
    """
    if seconds is None:
        return MISSING
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def abridge(digest: Any) -> str:
    """Write the first twelve digits of a hash, as tags do."""
    return MISSING if digest is None else str(digest)[:12]


def sentence(text: Any) -> str:
    """Begin with a capital, but where the first word is a tag or a name, and end with a full stop.

    >>> sentence("two of them lie apart"), sentence("iris:ab is better")
    ('Two of them lie apart.', 'iris:ab is better.')
    """
    said = str(text or "").strip().replace(" %", PER_CENT)
    if not said:
        return ""
    first = said.split(maxsplit=1)[0].rstrip(":,;")
    is_name = "_" in first or ":" in first
    return (said if is_name else said[0].upper() + said[1:]) + ("" if said[-1] in ".!?" else ".")
