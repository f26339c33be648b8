"""A segment: sealed rows of one UTC date in the ledger, as Parquet, in the order of their ids."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from herdbook import keys
from herdbook.errors import KeyTakenError, PredictionLogError
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger
from herdbook.prediction_log import keyset
from herdbook.prediction_log.entry import SegmentEntry
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.parquet import encode_table, read_segment
from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.spool import locked
from herdbook.prediction_log.table import to_table

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
            shelf = Shelf(ledger, header.dataset)
            segments = shelf.put(header.name, to_table(header, batches))
            since_us = header.time_us if shelf.was_there else None
            SegmentIndex(ledger, header.dataset).add(segments, source=header.name, since_us=since_us)
        if reader.is_damaged:
            path.rename(path.with_suffix(DAMAGED))
        else:
            path.unlink()
        return n_rows


class Shelf:
    """Stores rows as segments of a dataset; the index is told by whoever has them stored.

    Attributes
    ----------
    was_there
        Whether one of the segments was stored already: by an attempt that may have come as far as the index.
    """

    def __init__(self, ledger: Ledger, dataset: str) -> None:
        self.was_there = False
        self._ledger = ledger
        self._dataset = dataset

    def put(self, name: str, table: pa.Table) -> list[SegmentEntry]:
        """Store rows in the order of their ids under a name, a segment or more for each date."""
        return [entry for date, rows in _by_date(table) for entry in self._store(name, date, rows)]

    def _store(self, name: str, date: str, table: pa.Table, part: str = "") -> list[SegmentEntry]:
        """Store rows as one segment, or in halves while it is larger than a ledger's object may be."""
        body = encode_table(table)
        if len(body) > MAX_OBJECT_BYTES and table.num_rows > 1:
            half = table.num_rows // 2
            halves = ((table.slice(0, half), part + "a"), (table.slice(half), part + "b"))
            return [entry for rows, letter in halves for entry in self._store(name, date, rows, letter)]
        full = f"{name}{'-' if part else ''}{part}.parquet"
        key = keys.segment(self._dataset, date, full)
        self.was_there |= self._ledger.stat(key) is not None
        # before the segment, so that a segment that is there is whole
        n_keys = self._store_keys(key, table)
        try:
            self._ledger.create(key, body)
        except KeyTakenError:
            _require_same_rows(key, table, self._ledger.get(key))
        return [_entry(date, full, table, size_bytes=len(body), n_keys=n_keys)]

    def _store_keys(self, key: str, table: pa.Table) -> int:
        different: list[str] = pc.unique(table["key"]).drop_null().to_pylist()
        if different:
            self._ledger.create(key + keyset.SUFFIX, keyset.build(sorted(different)))
        return len(different)


def _by_date(table: pa.Table) -> list[tuple[str, pa.Table]]:
    """Part a table at midnight UTC, by the time in the ids."""
    millis = [int(id_[:8] + id_[9:13], 16) for id_ in table["id"].to_pylist()]
    days = np.array(millis, dtype=np.int64) // 86_400_000
    cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
    return [
        (str(days[first].astype("datetime64[D]")), table.slice(first, last - first))
        for first, last in pairwise(cuts)
    ]


def _require_same_rows(key: str, table: pa.Table, stored: bytes) -> None:
    # An attempt by another version of pyarrow may have written the same rows as other bytes.
    if not read_segment(key, stored, ["id"])["id"].equals(table["id"]):
        raise PredictionLogError(key, problem="it holds other rows than its spool file", cure="report this")


def _entry(date: str, name: str, table: pa.Table, *, size_bytes: int, n_keys: int) -> SegmentEntry:
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
        n_keys=n_keys,
    )
