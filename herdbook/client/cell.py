"""One cell of a table as the API takes it: by the type of its feature, without knowing any table library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

MISSING = frozenset({"NoneType", "NAType", "NaTType", "Null"})
"""Names of the types by which None, pandas and others say that a value is missing."""

BOOLEANS: dict[Any, bool] = {"true": True, "1": True, "false": False, "0": False, 1: True, 0: False}
SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""What a JSON integer may be here; beyond, a number is no longer exact anywhere."""


def cells_of(values: Iterable[Any], kind: str) -> list[Any]:
    """Turn the cells of a column into JSON values by the type of its feature, `key` for names of records.

    What cannot be of that type stays a text, so that the service refuses that row and says what it got.

    >>> cells_of([3.0, float("nan"), "4", "many", 2.5], "integer")
    [3, None, 4, 'many', 2.5]
    >>> cells_of([1, 0.0, "False", None, "maybe"], "boolean")
    [True, False, False, None, 'maybe']
    >>> cells_of(["red", 7, 7.0, ""], "category")
    ['red', '7', '7', None]
    """
    typed = TYPED[kind]
    return [typed(plain_of(value)) for value in values]


def plain_of(value: Any) -> Any:
    """Turn any cell into None, a truth value, a number that JSON can say, or a text."""
    kind = type(value)
    if kind is int:
        return value if SMALLEST <= value <= LARGEST else str(value)
    if kind is bool or value is None:
        return value
    if kind is float:
        if math.isfinite(value):
            return value
        return None if math.isnan(value) else str(value)
    if kind is str:
        return _sendable(value) if value.strip() else None
    return _plain_of_other(value)


def _plain_of_other(value: Any) -> Any:
    if type(value).__name__ in MISSING:
        return None
    if isinstance(value, Decimal):
        return None if value.is_nan() else plain_of(float(value))
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):  # a scalar of numpy
        item = value.item()
        return plain_of(item) if type(item) is not type(value) else str(item)
    return _sendable(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _sendable(text: str) -> str:
    """Write half a surrogate pair, which no JSON can hold, as an escape."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _number(plain: Any) -> Any:
    if type(plain) is not str:
        return plain
    try:
        whole = int(plain)
    except ValueError:
        pass
    else:
        return whole if SMALLEST <= whole <= LARGEST else _finite(plain)
    return _finite(plain)


def _finite(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text


def _integer(plain: Any) -> Any:
    number = _number(plain)
    # 3.0 beside a missing value is how tables of floats write 3
    is_whole = type(number) is float and number.is_integer() and SMALLEST <= number <= LARGEST
    return int(number) if is_whole else number


def _boolean(plain: Any) -> Any:
    if plain is None or type(plain) is bool:
        return plain
    return BOOLEANS.get(plain.strip().lower() if type(plain) is str else plain, plain)


def _text(plain: Any) -> Any:
    if plain is None or type(plain) is str:
        return plain
    return str(int(plain)) if type(plain) is float and plain.is_integer() else str(plain)


TYPED = {"integer": _integer, "number": _number, "boolean": _boolean, "category": _text, "key": _text}
