"""Snapshots: raw data frozen exactly as it was received, named by the hash of its content."""

from __future__ import annotations

import io
import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from herdbook import document, keys
from herdbook.content import field_of, hash_content, kind_of, to_normal
from herdbook.errors import FormatUnknownError, KeyMissingError, KeyTakenError, SnapshotError, shown
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger

PART_TARGET_BYTES = 32 * 2**20
"""Arrow bytes that go into one part at first; a part that is too large as Parquet is halved."""

PART_FORMAT = 1
"""The format of a part. When it changes: raise it, and keep older ones in `READABLE_PARTS` and under test."""

READABLE_PARTS = ("1", "none")
"""Parts of format 1 were first written without saying so."""

FORMAT_NAME = b"herdbook.format"
_FETCH = "ingest it again with `herdbook ingest`"
_SHORTEST = 8
_WHOLE = 64
_PREFIX = re.compile(rf"[0-9a-f]{{{_SHORTEST},{_WHOLE}}}")
_MISSING = "there is no such snapshot"
_CHOOSE = f"give an id that `herdbook ingest` printed, or its first {_SHORTEST} digits or more"


@dataclass(frozen=True)
class Snapshot:
    """A frozen table of a dataset; its rows are read by `table`."""

    dataset: str
    id: str
    """SHA-256 of the logical content in received order, 64 hexadecimal digits."""
    n_rows: int
    columns: tuple[str, ...]
    text: bool
    """Every value is text, as it stood in a CSV."""
    _card: Mapping[str, Any] = field(repr=False, compare=False)
    _ledger: Ledger = field(repr=False, compare=False)

    def table(self) -> pa.Table:
        """Read all rows, shape (n_rows, n_columns), and prove that they hash to the snapshot's id.

        Raises
        ------
        SnapshotError
            A part is missing or damaged.
        FormatUnknownError
            A part is of another format.
        """
        schema = pa.schema([field_of(column["name"], column["kind"]) for column in self._card["columns"]])
        try:
            parts = [self._read(part["number"]).cast(schema) for part in self._card["parts"]]
            table = pa.concat_tables(parts)
        except (pa.ArrowException, OSError, KeyMissingError) as error:
            problem = f"a part cannot be read: {error}"
            raise SnapshotError(self.dataset, self.id, problem=problem, cure=_FETCH) from error
        if hash_content(table, text=self.text) != self.id:
            problem = "its content is not what was received"
            raise SnapshotError(self.dataset, self.id, problem=problem, cure=_FETCH)
        return table

    def _read(self, number: int) -> pa.Table:
        key = keys.raw_part(self.dataset, self.id, number)
        # no thread of Arrow's may hold the bytes: one that frees them after the interpreter's end aborts it
        part = pq.ParquetFile(pa.BufferReader(self._ledger.get(key))).read(use_threads=False)
        found = (part.schema.metadata or {}).get(FORMAT_NAME, b"none").decode(errors="replace")
        if found not in READABLE_PARTS:
            raise FormatUnknownError(key, got=found, expected=f"Parquet of format {PART_FORMAT}")
        return part


def freeze(
    ledger: Ledger,
    dataset: str,
    table: pa.Table,
    *,
    source: str,
    request: Mapping[str, object],
    text: bool = False,
) -> Snapshot:
    """Freeze a table as it was received; the same content again is the same snapshot with one more arrival.

    Parameters
    ----------
    ledger, dataset
        Where to, and of which dataset.
    table
        Shape (n_rows, n_columns). Values are kept exactly; narrow numbers widen, what is nested becomes JSON
        text.
    source, request
        Where the data came from and what was asked for; written into the arrival.
    text
        Every value is text, as it stood in a CSV.

    Raises
    ------
    SnapshotError
        The table has no rows, two columns of one name, or a row that is larger than an object of the ledger.
    """
    _require_rows(dataset, table)
    normal = to_normal(table)
    snapshot = hash_content(normal, text=text)
    card = keys.snapshot_card(dataset, snapshot)
    if ledger.stat(card) is None:
        _write_content(ledger, dataset, snapshot, normal, text=text)
    time_us, nonce = time.time_ns() // 1000, uuid.uuid4().hex
    received = [[column.name, str(column.type)] for column in table.schema]
    arrival = {"format": document.FORMAT, "time_us": time_us, "nonce": nonce, "source": source}
    arrival |= {"request": dict(request), "received": received}
    ledger.create(keys.arrival(dataset, snapshot, time_us, nonce), document.encode(arrival))
    return open_snapshot(ledger, dataset, snapshot)


def open_snapshot(ledger: Ledger, dataset: str, snapshot: str) -> Snapshot:
    """Open a snapshot by its id, or by as many of its first digits (8 or more) as tell it apart.

    Raises
    ------
    SnapshotError
        There is no such snapshot, it is not complete, or several begin like this.
    """
    whole = _resolve(ledger, dataset, snapshot)
    try:
        card = document.read(ledger, keys.snapshot_card(dataset, whole))
    except KeyMissingError:
        raise SnapshotError(dataset, snapshot, problem=_MISSING, cure=_CHOOSE) from None
    columns = tuple(column["name"] for column in card["columns"])
    return Snapshot(dataset, whole, card["n_rows"], columns, card["text"], card, ledger)


def list_snapshots(ledger: Ledger, dataset: str) -> list[Snapshot]:
    """Return all snapshots of the dataset, the one that arrived last first."""
    return [open_snapshot(ledger, dataset, snapshot) for snapshot in _by_arrival(ledger, dataset)]


def latest_snapshot(ledger: Ledger, dataset: str) -> Snapshot:
    """Return the snapshot that arrived last.

    Raises
    ------
    SnapshotError
        Nothing was ingested yet.
    """
    newest = next(_by_arrival(ledger, dataset), None)
    if newest is None:
        cure = f"make one with `herdbook ingest --dataset {dataset}`"
        raise SnapshotError(dataset, None, problem="there is no snapshot of it yet", cure=cure)
    return open_snapshot(ledger, dataset, newest)


def arrivals(ledger: Ledger, dataset: str, snapshot: str) -> list[dict[str, Any]]:
    """Return every arrival of a snapshot, the oldest first: time, source, request, types as received."""
    folder = keys.arrival_folder(dataset, snapshot)
    return [document.read(ledger, entry.key) for entry in ledger.list(folder)]


def _resolve(ledger: Ledger, dataset: str, digits: str) -> str:
    """Find the whole id of the one complete snapshot that begins with these digits."""
    if len(digits) == _WHOLE and _PREFIX.fullmatch(digits):
        return digits
    found = list(_beginning_with(ledger, dataset, digits)) if _PREFIX.fullmatch(digits) else []
    if len(found) == 1:
        return found[0]
    problem = f"{shown(found)} begin like this" if found else _MISSING
    raise SnapshotError(dataset, digits, problem=problem, cure="give more digits" if found else _CHOOSE)


def _beginning_with(ledger: Ledger, dataset: str, digits: str) -> Iterator[str]:
    folder = keys.raw_folder(dataset)
    for entry in ledger.list(folder, after=folder + digits):
        snapshot, _, name = entry.key.removeprefix(folder).partition("/")
        if not snapshot.startswith(digits):
            return
        if name == "snapshot.json":
            yield snapshot


def _by_arrival(ledger: Ledger, dataset: str) -> Iterator[str]:
    folder = keys.raw_folder(dataset)
    newest: dict[str, str] = {}
    for entry in ledger.list(folder):
        snapshot, _, name = entry.key.removeprefix(folder).partition("/")
        if name.startswith("arrivals/"):
            newest[snapshot] = name
    return iter(sorted(newest, key=newest.__getitem__, reverse=True))


def _require_rows(dataset: str, table: pa.Table) -> None:
    names = table.column_names
    problem = "the table has no rows" if not table.num_rows else ""
    if len(set(names)) < len(names):
        problem = "two columns have the same name"
    if problem:
        raise SnapshotError(dataset, None, problem=problem, cure="mend what the source sends")


def _write_content(ledger: Ledger, dataset: str, snapshot: str, table: pa.Table, *, text: bool) -> None:
    parts: list[dict[str, int]] = []
    number = 0
    for n_rows, body in _parts(dataset, snapshot, table):
        number = _create_part(ledger, dataset, snapshot, body, after=number)
        parts.append({"number": number, "n_rows": n_rows, "size_bytes": len(body)})
    columns = [{"name": column.name, "kind": kind_of(column)} for column in table.schema]
    card = {"format": document.FORMAT, "dataset": dataset, "snapshot": snapshot, "n_rows": table.num_rows}
    card |= {"text": text, "columns": columns, "parts": parts}
    try:
        ledger.create(keys.snapshot_card(dataset, snapshot), document.encode(card))
    except KeyTakenError:
        return  # somebody froze the same content at the same time; the name proves that theirs is as good


def _create_part(ledger: Ledger, dataset: str, snapshot: str, body: bytes, *, after: int) -> int:
    number = after + 1
    while True:
        try:
            ledger.create(keys.raw_part(dataset, snapshot, number), body)
        except KeyTakenError:
            number += 1  # left by a writer that died, with another version of Parquet's writer
        else:
            return number


def _parts(dataset: str, snapshot: str, table: pa.Table) -> Iterator[tuple[int, bytes]]:
    rows = max(1, min(table.num_rows, table.num_rows * PART_TARGET_BYTES // max(table.nbytes, 1)))
    waiting: Sequence[pa.Table] = [table.slice(start, rows) for start in range(0, table.num_rows, rows)]
    stack = list(reversed(waiting))
    while stack:
        part = stack.pop()
        body = _to_parquet(part)
        if len(body) <= MAX_OBJECT_BYTES:
            yield part.num_rows, body
            continue
        if part.num_rows == 1:
            cure = f"no row may need more than {MAX_OBJECT_BYTES:,} bytes as Parquet"
            raise SnapshotError(dataset, snapshot, problem="a row is too large for the ledger", cure=cure)
        half = part.num_rows // 2
        stack += [part.slice(half), part.slice(0, half)]


def _to_parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    metadata = {**(table.schema.metadata or {}), FORMAT_NAME: str(PART_FORMAT)}
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    return sink.getvalue()
