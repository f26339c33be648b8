"""JSON objects of the ledger: canonical bytes, and a format number that is checked on reading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from herdbook.errors import FormatUnknownError
from herdbook.ledger import Ledger

FORMAT = 1


def encode(document: Mapping[str, object]) -> bytes:
    """Encode as canonical JSON, so that equal documents have equal bytes.

    Sorted keys, no spaces, UTF-8, no NaN or infinity.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def read(ledger: Ledger, key: str, *, formats: Sequence[int] = (FORMAT,)) -> dict[str, Any]:
    """Read a JSON object of one of the formats that are known.

    Raises
    ------
    KeyMissingError
        Nothing is stored there.
    FormatUnknownError
        It is no JSON object, or of another format.
    """
    expected = f"format {' or '.join(map(str, formats))}"
    try:
        document = json.loads(ledger.get(key))
    except ValueError:
        raise FormatUnknownError(key, got="not JSON", expected=f"JSON of {expected}") from None
    got = document.get("format") if isinstance(document, dict) else type(document).__name__
    if got not in formats:
        raise FormatUnknownError(key, got=got, expected=expected)
    return cast("dict[str, Any]", document)
