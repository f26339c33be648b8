"""A finished output, written from its parts: Parquet, CSV or JSON lines by the suffix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from cli.scoring_lines import AS_JSON
from herdbook.client.scored import classes_of, kinds_of

GROUP_ROWS = 65_536
"""Rows in one row group of Parquet: enough for a reader to skip, few enough to hold in memory."""

SUFFIXES = (".parquet", ".csv", ".jsonl", ".ndjson")
TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}


FORMULA = r"\A[=+\-@\t\r\n]"
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection)."""


class Sink(Protocol):
    """What takes tables of one schema."""

    def write_table(self, table: pa.Table) -> None:
        """Write the rows of a table."""
        ...


def scored_table(columns: dict[str, list[Any]], prefix: str) -> pa.Table:
    """Make a table of answers."""
    kinds = kinds_of(classes_of(columns))
    return pa.table({prefix + name: pa.array(column, TYPES[kinds[name]]) for name, column in columns.items()})


def whole_schema(schemas: Iterable[pa.Schema], passed: pa.Schema, prefix: str) -> pa.Schema:
    """Give the schema of the output: parts that different models answered may know different classes."""
    classes: dict[str, None] = {}
    for schema in schemas:
        added = [name.removeprefix(prefix) for name in schema.names[len(passed) :]]
        classes |= dict.fromkeys(classes_of(added))
    added_fields = [pa.field(prefix + name, TYPES[kind]) for name, kind in kinds_of(classes).items()]
    return pa.schema([*passed, *added_fields])


def write(path: Path, schema: pa.Schema, tables: Iterable[pa.Table], *, n_passed: int) -> None:
    """Write tables, whose columns may lack some of the schema's, into one file.

    In CSV a text of ours that a spreadsheet would run gets a quote before it; the first `n_passed` columns
    are not ours, and not changed.
    """
    with _open(path, schema, n_passed) as sink:
        for group in _groups(tables, schema):
            sink.write_table(group)


def _groups(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    n_held = 0
    for table in tables:
        held.append(_fitted(table, schema))
        n_held += table.num_rows
        if n_held >= GROUP_ROWS:
            yield pa.concat_tables(held)
            held, n_held = [], 0
    if held:
        yield pa.concat_tables(held)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    have = set(table.column_names)
    columns = [
        table[field.name] if field.name in have else pa.nulls(table.num_rows, field.type) for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


@contextmanager
def _open(path: Path, schema: pa.Schema, n_passed: int) -> Iterator[Sink]:
    match path.suffix:
        case ".parquet":
            with pq.ParquetWriter(path, schema, compression="zstd") as writer:
                yield writer
        case ".csv":
            plain = pa.schema([pa.field(each.name, _said_in_csv(each.type)) for each in schema])
            with pa.csv.CSVWriter(path, plain) as csv_writer:
                yield CsvSink(csv_writer, plain, n_passed)
        case _:
            with path.open("wb") as file:
                yield LinesSink(file, schema)


class CsvSink:
    """Takes tables for a CSV file; a cell that CSV has no word for becomes JSON."""

    def __init__(self, writer: pa.csv.CSVWriter, schema: pa.Schema, n_passed: int) -> None:
        self._writer = writer
        self._schema = schema
        self._n_passed = n_passed

    def write_table(self, table: pa.Table) -> None:
        """Write the rows of a table."""
        columns = [
            self._cells(column, number, field.type)
            for number, (column, field) in enumerate(zip(table.columns, self._schema, strict=True))
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def _cells(self, column: pa.ChunkedArray, number: int, kind: pa.DataType) -> Any:
        if column.type != kind:
            return pa.array(map(_json_of, column.to_pylist()), pa.string())
        is_ours = number >= self._n_passed
        return harmless(column) if is_ours and pa.types.is_string(kind) else column


def harmless(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write texts so that no spreadsheet takes one for a formula: what looks like one gets a quote.

    >>> harmless(pa.chunked_array([["=1+1", "dog", None]])).to_pylist()
    ["'=1+1", 'dog', None]
    """
    return pc.replace_substring_regex(texts, f"({FORMULA})", r"'\1")


class LinesSink:
    """Takes tables for a file of JSON lines."""

    def __init__(self, file: Any, schema: pa.Schema) -> None:
        self._file = file
        self._are_json = [field.name for field in schema if field.metadata == AS_JSON]

    def write_table(self, table: pa.Table) -> None:
        """Write the rows of a table."""
        for row in table.to_pylist():
            for name in self._are_json:
                if row[name] is not None:
                    row[name] = orjson.Fragment(row[name])
            self._file.write(orjson.dumps(row, default=str) + b"\n")


def _said_in_csv(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_nested(kind) or pa.types.is_binary(kind) else kind


def _json_of(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value, default=str).decode()
