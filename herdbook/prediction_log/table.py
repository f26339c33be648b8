"""Rows of the prediction log as an Arrow table: typed columns, as segments hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from herdbook.prediction_log.layout import Batch, Header
from herdbook.prediction_log.row import LOG_FORMAT, unpack_ids

NO_CLUSTER = -1
FORMAT_NAME = b"herdbook.format"
"""Under this name a segment's metadata hold its format."""

_TYPES = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "category": pa.string()}


def schema_of(header: Header) -> pa.Schema:
    """Give the Arrow schema of a log whose spool files begin with this header."""
    record = pa.struct([pa.field(each["name"], _TYPES[each["type"]]) for each in header.features])
    fields = [
        pa.field("id", pa.string(), nullable=False),
        pa.field("time_us", pa.int64(), nullable=False),
        pa.field("request_id", pa.string(), nullable=False),
        pa.field("key", pa.string()),
        pa.field("model", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("schema_hash", pa.string(), nullable=False),
        pa.field("record", record, nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("confidence", pa.float64(), nullable=False),
        pa.field("probabilities", pa.map_(pa.string(), pa.float64()), nullable=False),
        pa.field("cluster", pa.int32(), nullable=False),
        pa.field("membership", pa.float64(), nullable=False),
        pa.field("outlier", pa.bool_(), nullable=False),
    ]
    return pa.schema(fields, metadata={FORMAT_NAME: str(LOG_FORMAT), "herdbook.dataset": header.dataset})


def to_table(header: Header, batches: list[Batch]) -> pa.Table:
    """Turn what was read from a spool file into a table, in the order of the ids."""
    schema = schema_of(header)
    tables = [_table(schema, header.features, batch) for batch in batches]
    return in_order(tables) if tables else schema.empty_table()


def in_order(tables: list[pa.Table]) -> pa.Table:
    """Join tables of one schema in the order of the ids."""
    table = pa.concat_tables(tables)
    # Table.sort_by would load the Acero engine first, which costs over a second.
    return table.take(pc.sort_indices(table["id"]))


def _table(schema: pa.Schema, features: list[dict[str, Any]], batch: Batch) -> pa.Table:
    rows, classes, n = batch.rows, pa.array(batch.context.classes, pa.string()), len(batch.rows)
    counts = [run.n_rows for run in batch.runs]
    columns = {
        "id": _ids(rows["id"]),
        "time_us": pa.array(np.repeat(np.array([run.time_us for run in batch.runs], np.int64), counts)),
        "request_id": _repeated([run.request_id for run in batch.runs], counts),
        "key": _keys(batch),
        "model": pa.repeat(batch.context.model, n),
        "role": pa.repeat(batch.context.role, n),
        "schema_hash": pa.repeat(batch.context.schema_hash, n),
        "record": _records(schema.field("record").type, features, rows["frame"]),
        "label": classes.take(pa.array(rows["label"])),
        "confidence": pa.array(rows["confidence"]),
        "probabilities": _probabilities(classes, rows["probabilities"]),
        "cluster": pa.array(rows["cluster"]),
        "membership": pa.array(rows["membership"]),
        "outlier": pa.array(rows["cluster"] == NO_CLUSTER),
    }
    return pa.Table.from_arrays(list(columns.values()), schema=schema)


def _ids(packed: NDArray[np.uint8]) -> pa.Array:
    text = unpack_ids(packed)
    offsets = np.arange(0, 36 * (len(packed) + 1), 36, dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(packed), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.tobytes())]
    )


def _repeated(texts: list[str], counts: list[int]) -> pa.Array:
    return pa.array(texts, pa.string()).take(pa.array(np.repeat(np.arange(len(texts)), counts)))


def _keys(batch: Batch) -> pa.Array:
    if all(run.keys is None for run in batch.runs):
        return pa.nulls(len(batch.rows), pa.string())
    keys: list[str | None] = []
    for run in batch.runs:
        keys.extend(run.keys or [None] * run.n_rows)
    return pa.array(keys, pa.string())


def _records(kind: pa.StructType, features: list[dict[str, Any]], frame: NDArray[np.float64]) -> pa.Array:
    columns = [_feature(each, frame[:, place]) for place, each in enumerate(features)]
    return pa.StructArray.from_arrays(columns, fields=list(kind))


def _feature(feature: dict[str, Any], column: NDArray[np.float64]) -> pa.Array:
    missing = np.isnan(column)
    if feature["type"] == "category":
        places = pa.array(np.where(missing, 0, column).astype(np.int64), mask=missing)
        return pa.array(feature["values"], pa.string()).take(places)
    if feature["type"] == "number":
        return pa.array(np.ascontiguousarray(column), mask=missing)
    plain = np.where(missing, 0, column).astype(np.bool_ if feature["type"] == "boolean" else np.int64)
    return pa.array(plain, mask=missing)


def _probabilities(classes: pa.Array, probabilities: NDArray[np.float64]) -> pa.Array:
    n, k = probabilities.shape
    names = classes.take(pa.array(np.tile(np.arange(k), n)))
    offsets = (
        pa.array(np.arange(0, k * (n + 1), k, dtype=np.int32)) if k else pa.array([0] * (n + 1), pa.int32())
    )
    return pa.MapArray.from_arrays(offsets, names, pa.array(np.ascontiguousarray(probabilities).ravel()))
