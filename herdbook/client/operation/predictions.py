"""Operations that take records and answer each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from herdbook.client.answer import (
    Assignment,
    Prediction,
    RowError,
    assignment_of,
    one_prediction_of,
    prediction_of,
    row_error_of,
)
from herdbook.client.call import Call
from herdbook.client.encode import encode, encode_records, require_finite, require_key

T = TypeVar("T")
Errors = Literal["refuse", "inline"]
Record = Mapping[str, Any]


def predict(
    records: Sequence[Record], *, errors: Errors = "refuse", idempotency_key: str | None = None
) -> Call[list[Prediction | RowError]]:
    """Predict many records.

    Every retry carries the same `Idempotency-Key`, so that no prediction is logged twice.

    Parameters
    ----------
    records
        Feature names to values; `key` is your own name for a record. At most `max_records` of `dataset()`.
    errors
        What a bad record does: `refuse` the whole request, or be answered `inline` by a `RowError`.
    idempotency_key
        1 to 255 visible ASCII characters. A repeat of the same records under the same key, within the window
        of the service, gives the first answer. Made anew for each call if left out.

    Returns
    -------
    list of Prediction or RowError
        One a record, in their order.

    Raises
    ------
    InvalidRecordError
        A record breaks the schema, and `errors` is `refuse`.

    Examples
    --------
    ::

        with Client() as client:
            for each in client.predict([{"height": 0.6, ...}, {"height": 1.2, ...}]):
                print(each.label, each.confidence)
    """
    listed = list(records) if not isinstance(records, Mapping) else records
    return Call(
        "POST",
        "/predict",
        partial(_many, "predictions", prediction_of, len(listed)),
        encode_records(listed, errors=errors),
        headers=_idempotent(idempotency_key),
    )


def predict_one(record: Record, *, idempotency_key: str | None = None) -> Call[Prediction]:
    """Predict one record.

    Parameters
    ----------
    record
        Feature names to values; `key` is your own name for the record.
    idempotency_key
        As for `predict`.

    Raises
    ------
    InvalidRecordError
        The record breaks the schema.

    Examples
    --------
    ::

        with Client() as client:
            print(client.predict_one({"height": 0.6, ...}).label)
    """
    require_finite(record, "the record")
    body = encode(dict(record))
    return Call("POST", "/predict_one", one_prediction_of, body, headers=_idempotent(idempotency_key))


def cluster(records: Sequence[Record], *, errors: Errors = "refuse") -> Call[list[Assignment | RowError]]:
    """Tell in which clusters records lie; nothing is logged.

    Parameters
    ----------
    records, errors
        As for `predict`.

    Returns
    -------
    list of Assignment or RowError
        One a record, in their order.
    """
    listed = list(records) if not isinstance(records, Mapping) else records
    read = partial(_many, "clusters", assignment_of, len(listed))
    return Call("POST", "/cluster", read, encode_records(listed, errors=errors))


def predict_table(table: Any, *, idempotency_key: str | None = None) -> Call[Any]:
    """Predict a pyarrow table of records, as an Arrow stream both ways; a bad row is answered by its error.

    The answer is a pyarrow table: a row for each record, with the columns that `predict_frame` adds.
    """
    from herdbook.client import stream  # noqa: PLC0415 - pyarrow, only where there is a table of it

    return Call(
        "POST",
        "/predict",
        partial(stream.answered, n_rows=table.num_rows),
        stream.encode(table),
        query={"errors": "inline"},
        headers=_idempotent(idempotency_key),
        media_type=stream.ARROW,
        parse=stream.parse,
    )


def _idempotent(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex if key is None else require_key(key)}


def _many(name: str, answer_of: Callable[[Any, str], T], n: int, said: Any) -> list[T | RowError]:
    rows, tag = said[name], said["model"]
    if len(rows) != n:
        raise ValueError
    return [
        row_error_of(row, place) if "error" in row else answer_of(row, tag) for place, row in enumerate(rows)
    ]
