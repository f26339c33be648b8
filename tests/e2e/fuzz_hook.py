"""What the fuzz does to a request before it is sent, and how it makes files of columns.

schemathesis reads it from SCHEMATHESIS_HOOKS; FUZZED names the service.
"""

from __future__ import annotations

import io
import os
import uuid
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import schemathesis
from hypothesis import strategies as st

from bentos.columnar.media import ARROW, PARQUET

KEY = "Idempotency-Key"
MOST_RECORDS = 3
EXAMPLE = httpx.get(f"{os.environ['FUZZED']}/dataset").json()["example"]


def stream_of(table: pa.Table) -> bytes:
    """Write a table as an Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def parquet_of(table: pa.Table) -> bytes:
    """Write a table as Parquet."""
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


TABLES = st.integers(1, MOST_RECORDS).map(lambda n_records: pa.Table.from_pylist([EXAMPLE] * n_records))
schemathesis.openapi.media_type(ARROW, TABLES.map(stream_of))
schemathesis.openapi.media_type(PARQUET, TABLES.map(parquet_of))


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Send each request under a key of its own: one key for several requests is refused, as it should be."""
    del context, kwargs
    if case.headers and isinstance(sent := case.headers.get(KEY), str):
        case.headers[KEY] = uuid.uuid4().hex + sent[32:]
