"""A segment: sealed rows of one UTC date in the ledger, as Parquet, in the order of their ids."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from herdbook import keys
from herdbook.errors import FormatUnknownError, KeyTakenError, PredictionLogError
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger
from herdbook.prediction_log.index import SegmentEntry, SegmentIndex
from herdbook.prediction_log.layout import Header
from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.row import LOG_FORMAT
from herdbook.prediction_log.spool import locked
from herdbook.prediction_log.table import FORMAT_NAME, to_table

ROW_GROUP_ROWS = 16_384
DAMAGED = ".damaged"


def seal_file(ledger: Ledger, path: Path) -> int | None:
    """Move the rows of a spool file into the ledger, then remove the file.

    Whatever of it is interrupted may be done again, by anybody: the segments' names follow from the file, and
    the index lists a file once. A file with bytes that cannot be read is renamed, not removed.

    Returns
    -------
    int or None
        How many rows were sealed; None if somebody else holds or has sealed the file.

    Raises
    ------
    StoreAwayError
        The ledger cannot be reached; the file stays.
    PredictionLogError
        The file is none of ours; it stays.
    """
    with locked(path) as is_ours:
        if not is_ours:
            return None
        reader = SpoolReader(path)
        batches = reader.read()
        n_rows = sum(len(batch.rows) for batch in batches)
        if reader.header is not None and n_rows:
            header = reader.header
            table = to_table(header, batches)
            segments = [entry for day in _by_date(table) for entry in _store(ledger, header, *day)]
            SegmentIndex(ledger, header.dataset).add(segments, source=header.name, since_us=header.time_us)
        if reader.is_damaged:
            path.rename(path.with_suffix(DAMAGED))
        else:
            path.unlink()
        return n_rows


def read_segment(key: str, body: bytes, columns: list[str] | None = None) -> pa.Table:
    """Read the segment of a key, or some of its columns.

    Raises
    ------
    FormatUnknownError
        It is no Parquet, or of another format.
    """
    expected = f"Parquet of format {LOG_FORMAT}"
    try:
        file = pq.ParquetFile(io.BytesIO(body))
    except (pa.ArrowException, OSError):
        raise FormatUnknownError(key, got="not Parquet", expected=expected) from None
    found = (file.schema_arrow.metadata or {}).get(FORMAT_NAME, b"none").decode(errors="replace")
    if found != str(LOG_FORMAT):
        raise FormatUnknownError(key, got=found, expected=expected)
    return file.read(columns=columns, use_threads=False)


def _by_date(table: pa.Table) -> list[tuple[str, pa.Table]]:
    """Part a table at midnight UTC, by the time in the ids."""
    millis = [int(id_[:8] + id_[9:13], 16) for id_ in table["id"].to_pylist()]
    days = np.array(millis, dtype=np.int64) // 86_400_000
    cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
    return [
        (str(days[first].astype("datetime64[D]")), table.slice(first, last - first))
        for first, last in pairwise(cuts)
    ]


def _store(ledger: Ledger, header: Header, date: str, table: pa.Table, part: str = "") -> list[SegmentEntry]:
    """Store rows as one segment, or in halves while it is larger than a ledger's object may be."""
    body = _encode(table)
    if len(body) > MAX_OBJECT_BYTES and table.num_rows > 1:
        half = table.num_rows // 2
        halves = ((table.slice(0, half), part + "a"), (table.slice(half), part + "b"))
        return [entry for rows, letter in halves for entry in _store(ledger, header, date, rows, letter)]
    name = f"{header.name}{'-' if part else ''}{part}.parquet"
    key = keys.segment(header.dataset, date, name)
    try:
        ledger.create(key, body)
    except KeyTakenError:
        _require_same_rows(key, table, ledger.get(key))
    return [_entry(date, name, table, len(body))]


def _require_same_rows(key: str, table: pa.Table, stored: bytes) -> None:
    # An attempt by another version of pyarrow may have written the same rows as other bytes.
    if not read_segment(key, stored, ["id"])["id"].equals(table["id"]):
        raise PredictionLogError(key, problem="it holds other rows than its spool file", cure="report this")


def _encode(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    dictionary = ["request_id", "key", "model", "role", "schema_hash", "label", "probabilities.key_value.key"]
    pq.write_table(
        table,
        sink,
        compression="zstd",
        row_group_size=ROW_GROUP_ROWS,
        use_dictionary=dictionary,
        column_encoding={"id": "DELTA_BYTE_ARRAY", "time_us": "DELTA_BINARY_PACKED"},
    )
    return sink.getvalue()


def _entry(date: str, name: str, table: pa.Table, size_bytes: int) -> SegmentEntry:
    times = pc.min_max(table["time_us"]).as_py()
    return SegmentEntry(
        date=date,
        name=name,
        rows=table.num_rows,
        size_bytes=size_bytes,
        min_id=table["id"][0].as_py(),
        max_id=table["id"][-1].as_py(),
        min_time_us=times["min"],
        max_time_us=times["max"],
        models=tuple(sorted(table["model"].unique().to_pylist())),
        labels=tuple(sorted(table["label"].unique().to_pylist())),
    )
