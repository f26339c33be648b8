"""JSON records as an Arrow table, with every value as it was received."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa

from herdbook.content import field_of

EXACT_FLOAT = 2**53
"""Integers up to here are floats without loss."""


def table_of(records: Sequence[Mapping[str, object]]) -> pa.Table:
    """Turn records into a table of shape (n_records, n_names), lossless as values.

    A column is boolean, int64, float64 (integers and floats mixed too, up to 2**53) or text if all its values
    are; anything else becomes JSON text, marked by the field's metadata. A missing name is the same as null.
    Columns stand in the order in which their names are first seen.
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    fields, columns = [], []
    for name in names:
        values = [record.get(name) for record in records]
        kind = _kind_of(values)
        if kind == "json":
            values = [None if value is None else _json(value) for value in values]
        fields.append(field_of(name, kind))
        columns.append(pa.array(values, fields[-1].type))
    return pa.table(columns, schema=pa.schema(fields))


def _kind_of(values: Sequence[object]) -> str:
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool}:
        return "boolean"
    if kinds and kinds <= {int, float}:
        return _number_kind([value for value in present if isinstance(value, int)], floats=float in kinds)
    return "text" if kinds <= {str} and all(_is_unicode(value) for value in present) else "json"


def _number_kind(integers: Sequence[int], *, floats: bool) -> str:
    largest = max((abs(value) for value in integers), default=0)
    if floats:
        return "float64" if largest <= EXACT_FLOAT else "json"
    return "int64" if largest < 2**63 else "json"


def _is_unicode(value: object) -> bool:
    # JSON may hold half of a surrogate pair, which no UTF-8 text can
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
