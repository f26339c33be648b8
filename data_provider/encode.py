"""Batches as bytes on the wire: a streamed JSON array, or a streamed Parquet file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import orjson

from data_provider.animal import Batch

JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"


def encode_json(batches: Iterable[Batch], *, include_kind: bool) -> Iterator[bytes]:
    """Yield one JSON array of records, a batch at a time."""
    before = b"["
    for batch in batches:
        columns = batch.columns(include_kind=include_kind)
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        yield before + orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows])[1:-1]
        before = b","
    yield b"[]" if before == b"[" else b"]"


def encode_parquet(batches: Iterable[Batch], *, include_kind: bool) -> Iterator[bytes]:
    """Yield one Parquet file, a row group for each batch."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and most requests ask for JSON
    import pyarrow.parquet as pq  # noqa: PLC0415

    sink = _Sink()
    writer = None
    for batch in batches:
        table = pa.table(batch.columns(include_kind=include_kind))
        writer = writer or pq.ParquetWriter(sink, table.schema, compression="zstd")
        writer.write_table(table)
        yield sink.drain()
    if writer:
        writer.close()
        yield sink.drain()


class _Sink(io.RawIOBase):
    """A file that only grows, and gives away what was written since the last time."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []
        self._size_bytes = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size_bytes

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._written.append(piece)
        self._size_bytes += len(piece)
        return len(piece)

    def close(self) -> None:
        """Stay open: the last bytes are drained after Parquet's writer has closed its file."""

    def drain(self) -> bytes:
        piece = b"".join(self._written)
        self._written.clear()
        return piece
