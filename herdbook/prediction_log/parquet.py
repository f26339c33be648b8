"""A segment's Parquet: encoding it, and reading of it no more than a question needs."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from herdbook.errors import FormatUnknownError
from herdbook.prediction_log.query import Bounds
from herdbook.prediction_log.row import LOG_FORMAT
from herdbook.prediction_log.table import FORMAT_NAME

ROW_GROUP_ROWS = 4_096
"""A page of the history needs one row group of all columns, which costs as much as it has rows."""

BOUNDED = ("id", "time_us", "label", "model", "key")
_DICTIONARY = ["request_id", "key", "model", "role", "schema_hash", "label", "probabilities.key_value.key"]


def encode_table(table: pa.Table) -> bytes:
    """Encode rows, in the order of their ids, as one segment."""
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        row_group_size=ROW_GROUP_ROWS,
        use_dictionary=_DICTIONARY,
        column_encoding={"id": "DELTA_BYTE_ARRAY", "time_us": "DELTA_BINARY_PACKED"},
    )
    return sink.getvalue()


def open_segment(key: str, body: bytes) -> pq.ParquetFile:
    """Open the segment of a key without reading a row.

    Raises
    ------
    FormatUnknownError
        It is no Parquet, or of another format.
    """
    expected = f"Parquet of format {LOG_FORMAT}"
    try:
        file = pq.ParquetFile(pa.BufferReader(body))
    except (pa.ArrowException, OSError):
        raise FormatUnknownError(key, got="not Parquet", expected=expected) from None
    found = (file.metadata.metadata or {}).get(FORMAT_NAME, b"none").decode(errors="replace")
    if found != str(LOG_FORMAT):
        raise FormatUnknownError(key, got=found, expected=expected)
    return file


def read_segment(key: str, body: bytes, columns: list[str] | None = None) -> pa.Table:
    """Read the segment of a key, or some of its columns; raises as `open_segment` does."""
    return open_segment(key, body).read(columns=columns, use_threads=False)


def group_bounds(file: pq.ParquetFile) -> list[Bounds]:
    """Give the bounds of each row group, as its statistics tell them."""
    schema = file.metadata.schema
    places = {name: place for place, name in enumerate(schema.names) if name in BOUNDED}
    columns = {name: place for name, place in places.items() if schema.column(place).path == name}
    return [_bounds(file.metadata.row_group(group), columns) for group in range(file.num_row_groups)]


def _bounds(group: pq.RowGroupMetaData, columns: dict[str, int]) -> Bounds:
    found = {name: group.column(place).statistics for name, place in columns.items()}
    return {
        name: (said.min, said.max) for name, said in found.items() if said is not None and said.has_min_max
    }
