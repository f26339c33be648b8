"""What a request says of its form: the type of its body, that of the answer, and what a bad record does."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import QueryParams

from bentos.operation import Parameter
from bentos.query import read_query

ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
JSON = "application/json"
COLUMNAR = (ARROW, PARQUET)
FORMATS = (JSON, *COLUMNAR)
"""Types of the bodies that hold many records, and of the answers to them."""

ERRORS = "errors"
INLINE = "inline"
PARAMETER = Parameter(
    ERRORS,
    {"type": "string", "pattern": "refuse|inline", "maxLength": 6},
    "what a bad record of a body of columns does: 'refuse' the request, or be answered 'inline' by an error",
)
"""Columns have no envelope, so what JSON says beside its records stands in the query."""

Headers = Mapping[bytes, bytes]


def type_of(headers: Headers) -> str:
    """Give the media type of a body, without its parameters.

    >>> type_of({b"content-type": b"Application/JSON; charset=utf-8"})
    'application/json'
    """
    return _bare(headers.get(b"content-type", b"").decode("latin-1"))


def answer_type_of(headers: Headers) -> str:
    """Choose the type of the answer: what `Accept` rates highest, else that of the body.

    >>> answer_type_of({b"content-type": PARQUET.encode(), b"accept": b"text/html, application/json;q=0.5"})
    'application/json'
    >>> answer_type_of({b"content-type": PARQUET.encode(), b"accept": b"*/*"})
    'application/vnd.apache.parquet'
    """
    own = type_of(headers)
    rated = [_rated(each) for each in headers.get(b"accept", b"").decode("latin-1").split(",")]
    usable = [(weight, own if name in _ANY else name) for name, weight in rated if weight > 0]
    known = [(weight, name) for weight, name in usable if name in FORMATS]
    # the first of those that are rated alike
    return max(known, key=lambda each: each[0])[1] if known else own


def is_columnar(headers: Headers) -> bool:
    """Tell whether a body or its answer are columns: asked of every request, so it looks at little."""
    if headers.get(b"content-type") != b"application/json" and type_of(headers) in COLUMNAR:
        return True
    return b"vnd.apache." in headers.get(b"accept", b"") and answer_type_of(headers) in COLUMNAR


def wants_inline(query_string: bytes) -> bool:
    """Read the query of a body of columns: whether a bad record is answered in its place.

    Raises
    ------
    ParameterError
        It holds anything else than `errors=refuse` or `errors=inline`, once.
    """
    return read_query(QueryParams(query_string), (PARAMETER,)).get(ERRORS) == INLINE


_ANY = frozenset({"*/*", "application/*"})


def _bare(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _rated(entry: str) -> tuple[str, float]:
    name, _, parameters = entry.partition(";")
    for each in parameters.split(";"):
        key, _, value = each.partition("=")
        if key.strip().lower() == "q":
            try:
                return _bare(name), float(value)
            except ValueError:
                return _bare(name), 0.0
    return _bare(name), 1.0
