"""From records to the bytes of a body: what JSON cannot say is refused, not sent as something else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from herdbook.client.errors import UnsendableError

OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
KEY = re.compile(r"[!-~]{1,255}")


def encode(body: Mapping[str, Any]) -> bytes:
    """Encode a body of plain values; numpy's scalars are taken for Python's."""
    try:
        return orjson.dumps(body, option=OPTIONS)
    except orjson.JSONEncodeError as error:
        raise UnsendableError("the request", got=str(error), expected="values that JSON can say") from None


def encode_records(records: Sequence[Mapping[str, Any]], **beside: Any) -> bytes:
    """Encode a body of many records, and what stands beside them."""
    if isinstance(records, Mapping | str | bytes):
        expected = "a list of records; for one, use predict_one"
        raise UnsendableError("the records", got=type(records).__name__, expected=expected)
    listed = list(records)
    for number, record in enumerate(listed):
        require_finite(record, f"record {number}")
    return encode({"records": listed, **beside})


def require_finite(record: Mapping[str, Any], where: str) -> None:
    """Refuse NaN and infinity, which would silently arrive as null."""
    if not isinstance(record, Mapping):
        raise UnsendableError(where, got=type(record).__name__, expected="an object: feature names to values")
    for name, value in record.items():
        # numpy.float64 is a float; what is no float cannot be NaN, or is refused by the service
        if isinstance(value, float) and not math.isfinite(value):
            expected = "a finite number, or None where the feature may be missing"
            raise UnsendableError(f"{where}, field {name!r}", got=repr(float(value)), expected=expected)


def require_key(key: str) -> str:
    """Take an idempotency key that a header can carry."""
    if not KEY.fullmatch(key):
        raise UnsendableError(
            "the idempotency key", got=repr(key[:80]), expected="1 to 255 visible ASCII characters"
        )
    return key


def given(parameters: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Keep those parameters that are not None."""
    return {name: value for name, value in parameters if value is not None}
