"""The logical content of a table: a few kinds of columns, and one hash that depends on nothing else.

The hash is of our own encoding of names, kinds, missing values and little-endian values. It is independent
of chunks, of Arrow's buffers, of Parquet and of the version of pyarrow: the same content has the same name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

ENCODING = b"herdbook.encoding"
JSON = b"json"
KINDS: Final[dict[str, pa.DataType]] = {
    "boolean": pa.bool_(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float64": pa.float64(),
    "text": pa.string(),
    "json": pa.string(),
    "binary": pa.binary(),
}
_FIXED: Final[dict[str, str]] = {"boolean": "u1", "int64": "<i8", "uint64": "<u8", "float64": "<f8"}
_HELD: Final[tuple[tuple[str, tuple[Callable[[pa.DataType], bool], ...]], ...]] = (
    ("boolean", (pa.types.is_boolean,)),
    ("int64", (pa.types.is_integer,)),
    ("float64", (pa.types.is_floating,)),
    ("binary", (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)),
    ("text", (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)),
    ("text", (pa.types.is_date, pa.types.is_time, pa.types.is_timestamp, pa.types.is_decimal)),
)
_MAGIC = b"herdbook snapshot 1\n"


def kind_of(field: pa.Field) -> str:
    """Name the kind of a column of a normal table."""
    if (field.metadata or {}).get(ENCODING) == JSON:
        return "json"
    return next(kind for kind, stored in KINDS.items() if field.type == stored)


def field_of(name: str, kind: str) -> pa.Field:
    """Build the Arrow field of a column."""
    return pa.field(name, KINDS[kind], metadata={ENCODING: JSON} if kind == "json" else None)


def to_normal(table: pa.Table) -> pa.Table:
    """Bring every column to one of the kinds, with the same values.

    Integers and floats widen, dictionaries are decoded, times and decimals become their text, and whatever
    is nested becomes JSON text, marked by the field's metadata.
    """
    columns, fields = [], []
    for column, field in zip(table.columns, table.schema, strict=True):
        is_json = (field.metadata or {}).get(ENCODING) == JSON
        kind = "json" if is_json else _kind_for(column.type)
        columns.append(_to_kind(column, kind))
        fields.append(field_of(field.name, kind))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def hash_content(table: pa.Table, *, text: bool) -> str:
    """Hash a normal table of shape (n_rows, n_columns).

    `text` says that every value is text as it stood in a CSV; the same table without it has another hash.
    """
    digest = hashlib.sha256(_MAGIC)
    digest.update(_numbers(table.num_rows, table.num_columns, int(text)))
    for column, field in zip(table.columns, table.schema, strict=True):
        kind = kind_of(field)
        for name in (field.name.encode("utf-8", "surrogatepass"), kind.encode()):
            digest.update(_numbers(len(name)) + name)
        present = _to_numpy(pc.cast(pc.is_valid(column), pa.uint8()))
        digest.update(np.packbits(present, bitorder="little").data)
        for values in _values(column, kind):
            digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _numbers(*numbers: int) -> bytes:
    return np.array(numbers, dtype="<u8").tobytes()


def _to_numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    values: NDArray[Any] = column.to_numpy()
    return values


def _values(column: pa.ChunkedArray, kind: str) -> list[NDArray[Any]]:
    """Return the values as little-endian arrays; a missing one counts as zero or empty."""
    if kind == "boolean":
        column = pc.cast(column, pa.uint8())
    if kind in _FIXED:
        values = _to_numpy(pc.fill_null(column, 0)).astype(_FIXED[kind])
        if kind == "float64":
            values = np.where(np.isnan(values), np.nan, values)  # one NaN, not 2**52 of them
        return [values]
    whole = pc.cast(pc.fill_null(column, b"" if kind == "binary" else ""), pa.large_binary()).combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.large_binary())
    offsets = np.frombuffer(whole.buffers()[1], "<i8", count=whole.offset + len(whole) + 1)[whole.offset :]
    data = whole.buffers()[2]
    flat = np.frombuffer(data, "u1")[offsets[0] : offsets[-1]] if data is not None else np.array([], "u1")
    return [np.diff(offsets).astype("<u8"), flat]


def _kind_for(kind: pa.DataType) -> str:
    """Choose the kind that holds every value of an Arrow type."""
    if pa.types.is_dictionary(kind):
        return _kind_for(kind.value_type)
    if kind == pa.uint64():
        return "uint64"
    return next((name for name, is_kind in _HELD if any(test(kind) for test in is_kind)), "json")


def _to_kind(column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if kind != "json" or column.type == KINDS["json"]:
        return pc.cast(column, KINDS[kind])
    return pa.chunked_array(
        [[None if value is None else _json(value) for value in column.to_pylist()]], pa.string()
    )


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
