"""Tables of all kinds of columns for the tests of columns, and the same as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from bentos.columnar.codec import Codec
from bentos.columnar.media import ARROW, PARQUET
from bentos.decode import Decoder
from bentos.exchange import Decoded
from herdbook.dataset import Dataset
from herdbook.errors import HerdbookError, RecordError
from tests.fixtures.models import dataset_named

MAX_RECORDS = 20
BODY_BYTES = 2**20
FEATURES = (
    {"name": "legs", "type": "integer", "minimum": 0, "maximum": 8},
    {"name": "count", "type": "integer", "missing": True},
    {"name": "height", "type": "number", "minimum": 0.0, "maximum": 20.0, "unit": "m"},
    {"name": "weight", "type": "number", "missing": True},
    {"name": "wings", "type": "boolean"},
    {"name": "tail", "type": "boolean", "missing": True},
    {"name": "colour", "type": "category", "values": ("red", "blue", "nan")},
    {"name": "coat", "type": "category", "values": ("fur", "feather"), "missing": True},
)
ZOO = Dataset.model_validate({**dataset_named("iris").declaration(), "name": "zoo", "features": FEATURES})
DECODER = Decoder(ZOO, max_records=MAX_RECORDS)
CODEC = Codec(DECODER, ZOO, max_records=MAX_RECORDS, max_body_bytes=BODY_BYTES)
DOG = {
    "legs": 4,
    "count": None,
    "height": 0.6,
    "weight": 30.0,
    "wings": False,
    "tail": True,
    "colour": "red",
    "coat": "fur",
}
TEXTS = frozenset({"colour", "coat", "key"})
"""Fields that take texts: NaN has no form in JSON that they would refuse."""

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "small": st.integers(-1, 9),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "edge": st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1]),
    "double": st.floats(),
    "whole": st.integers(-1, 9).map(float),
    "float": st.floats(width=32),
    "bool": st.booleans(),
    "word": st.sampled_from(["red", "blue", "nan", "fur", "feather", "", "4", "true"]),
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.just("x" * 300),
    "finite": st.floats(allow_nan=False, allow_infinity=False),
}
TYPES = {
    "small": [pa.int8(), pa.int32(), pa.int64()],
    "int64": [pa.int64()],
    "uint64": [pa.uint64()],
    "edge": [pa.int64()],
    "double": [pa.float64()],
    "finite": [pa.float64()],
    "whole": [pa.float64(), pa.float32(), pa.float16()],
    "float": [pa.float32()],
    "bool": [pa.bool_()],
    "word": [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
    "text": [pa.string(), pa.dictionary(pa.int32(), pa.string())],
}
GOOD = {
    "legs": st.integers(0, 8),
    "count": st.integers(-100, 100) | st.none(),
    "height": st.floats(0, 20),
    "weight": st.floats(-1e9, 1e9) | st.none(),
    "wings": st.booleans(),
    "tail": st.booleans() | st.none(),
    "colour": st.sampled_from(["red", "blue", "nan"]),
    "coat": st.sampled_from(["fur", "feather"]) | st.none(),
    "key": st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.none(),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Draw a table that is nearly one of records: few of its columns are strange, missing or unknown."""
    n_rows = draw(st.integers(0, 6) | st.just(MAX_RECORDS + 1))
    names = [name for name in GOOD if draw(st.integers(0, 19)) or name == "height"]
    strange = draw(st.sets(st.sampled_from([*GOOD, "horn", "a.b"]), max_size=2))
    fields = {name: _strange(draw, name, n_rows) for name in sorted(strange)}
    plain = {name: _good(draw, name, n_rows) for name in names if name not in fields}
    order = draw(st.permutations([*fields, *plain]))
    return pa.table({name: {**fields, **plain}[name] for name in order})


def _strange(draw: st.DrawFn, name: str, n_rows: int) -> pa.Array:
    kind = draw(st.sampled_from(sorted(VALUES)))
    if name in TEXTS and kind in ("double", "float"):
        kind = "finite"
    values = draw(st.lists(VALUES[kind] | st.none(), min_size=n_rows, max_size=n_rows))
    if draw(st.integers(0, 9)) == 0:
        return pa.nulls(n_rows)
    return pa.array(values, draw(st.sampled_from(TYPES[kind])))


def _good(draw: st.DrawFn, name: str, n_rows: int) -> pa.Array:
    values = draw(st.lists(GOOD[name], min_size=n_rows, max_size=n_rows))
    texts = [pa.string(), pa.large_string(), pa.dictionary(pa.int16(), pa.string())]
    floats = [pa.float64()]
    whole = [pa.int64(), pa.float64(), pa.int8()]
    kinds = {"legs": whole, "count": whole, "height": floats, "weight": floats}
    kinds |= {"wings": [pa.bool_()], "tail": [pa.bool_()]}
    return pa.array(values, draw(st.sampled_from(kinds.get(name, texts))))


def as_stream(table: pa.Table, *, batch_rows: int | None = None, compression: str | None = None) -> bytes:
    """Write a table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression, emit_dictionary_deltas=True)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=batch_rows)
    return bytes(sink.getvalue())


def as_parquet(table: pa.Table, **options: Any) -> bytes:
    """Write a table as a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return bytes(sink.getvalue())


def as_records(table: pa.Table) -> list[dict[str, Any]]:
    """Give what JSON would say of a table: NaN and infinity, which it cannot say, as texts."""
    rows: list[dict[str, Any]] = table.to_pylist()
    return [{name: _sayable(value) for name, value in row.items()} for row in rows]


def _sayable(value: Any) -> Any:
    if type(value).__name__ == "float16":
        value = float(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def outcome(decoded: Decoded) -> dict[str, Any]:
    """Give all that was decoded as plain values, NaN as None."""
    frame = [[None if math.isnan(value) else value for value in row] for row in decoded.frame.tolist()]
    refused = {place: said(error) for place, error in decoded.refused.items()}
    return {"frame": frame, "keys": decoded.keys, "n": decoded.n_records, "refused": refused}


def said(error: HerdbookError) -> tuple[str, str, Sequence[Mapping[str, Any]], int]:
    """Give all that a refusal says."""
    faults = [vars(fault) for fault in getattr(error, "faults", ())]
    total = error.total if isinstance(error, RecordError) else len(faults)
    return type(error).__name__, str(error), faults, total


def read(media_type: str, body: bytes, *, is_inline: bool = True) -> dict[str, Any]:
    """Decode a body of any type, or give what is said instead."""
    try:
        if media_type in (ARROW, PARQUET):
            return outcome(CODEC.decode(media_type, body, is_inline=is_inline))
        return outcome(DECODER.decode(body))
    except HerdbookError as error:
        return {"refused": said(error)}
