"""How figures are written: few digits, no false precision, a dash for what was not measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

MISSING = "\N{EN DASH}"
PER_CENT = "\N{NO-BREAK SPACE}%"


def number(value: Any, digits: int = 3) -> str:
    """Write a number to some significant digits, whole ones in full.

    >>> number(0.123456), number(4123.4), number(2000)
    ('0.123', '4,123', '2,000')
    """
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 10**digits or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.{digits}g}"


def share(value: Any) -> str:
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


def fixed(value: Any, places: int = 3) -> str:
    """Write a number to a fixed number of places, so that a column of them can be compared.

    >>> fixed(0.5), fixed(4.0412, 2)
    ('0.500', '4.04')
    """
    if value is None:
        return MISSING
    rounded = round(value, places) or 0.0  # no zero with a sign
    return f"{rounded:.{places}f}".replace("-", "\N{MINUS SIGN}")


def bounds(interval: Mapping[str, Any] | None, *, is_share: bool = False, places: int = 3) -> str:
    r"""Write the two ends of an interval.

    >>> bounds({"value": 0.5, "low": 0.41, "high": 0.6}, is_share=True)
    '41.0\xa0% to 60.0\xa0%'
    """
    if not interval or interval.get("low") is None:
        return ""
    low, high = interval["low"], interval["high"]
    return f"{share(low)} to {share(high)}" if is_share else f"{fixed(low, places)} to {fixed(high, places)}"


def p_value(value: Any) -> str:
    """Write a p-value.

    >>> p_value(0.00001), p_value(0.0312)
    ('< 0.001', '0.031')
    """
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(n: int | None, thing: str) -> str:
    """Count things.

    >>> count(1, "record"), count(2000, "record")
    ('1 record', '2,000 records')
    """
    if n is None:
        return MISSING
    ending = "" if n == 1 else "es" if thing.endswith("s") else "s"
    return f"{n:,} {thing}{ending}"


def shorten(text: str, length: int = 28) -> str:
    """Cut a long text in its middle, where names differ least.

    >>> shorten("a_very_long_feature_name_of_a_sensor", 15)
    'a_very…_sensor'
    """
    half = (length - 1) // 2
    return text if len(text) <= length else f"{text[: half - 1]}…{text[-half:]}"


def abridge(digest: Any) -> str | None:
    """Write the first twelve digits of a hash, as tags do; the method section of a page has it in full."""
    return None if digest is None else str(digest)[:12]


def listed(names: list[str], most: int = 5) -> str:
    """Join names, and count those that are not named.

    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence(text: Any, names: Collection[str] = ()) -> str:
    """Begin with a capital, but where the first word is a name, and end with a full stop.

    >>> sentence("two of them lie apart"), sentence("height is larger here", ["height"])
    ('Two of them lie apart.', 'height is larger here.')
    """
    said = str(text or "").strip().replace(" %", PER_CENT)
    if not said:
        return ""
    first = said.split(maxsplit=1)[0].rstrip(":,;")
    is_name = first in names or "_" in first
    return (said if is_name else said[0].upper() + said[1:]) + ("" if said[-1] in ".!?" else ".")
