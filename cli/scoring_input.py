"""A file of records, read in chunks of one size: what is sent of each, and what is passed through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from cli.records import require_columns, require_distinct
from herdbook.client.cell import cells_of
from herdbook.client.stream import table_of
from herdbook.dataset import Dataset
from herdbook.feature import Feature
from herdbook.record import KEY

BLOCK_BYTES = 4 * 2**20
"""So much of a text is read at once; no row may be longer."""

ARROW = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "category": pa.string()}
HELD = {"integer": int, "number": float, "boolean": bool, "category": str}


@dataclass(frozen=True)
class Chunk:
    """Some rows of the input.

    Attributes
    ----------
    passed
        What stands in the output beside the answers.
    columns
        What is sent of them: name, column and type of each field; a column of pyarrow, or cells to send.
    lines
        The same as records, where they are no table.
    """

    passed: pa.Table
    columns: Sequence[tuple[str, Any, str]] = ()
    lines: list[dict[str, Any]] | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """What is sent, as JSON values."""
        if self.lines is not None:
            return self.lines
        names = [name for name, _, _ in self.columns]
        cells = [
            column if isinstance(column, list) else cells_of(column.to_pylist(), kind)
            for _, column, kind in self.columns
        ]
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]

    def table(self) -> pa.Table | None:
        """Give what is sent as columns, or None if only records can say it."""
        return table_of(self.columns)


class Input(Protocol):
    """A file of records that was looked at once from its beginning to its end.

    Attributes
    ----------
    n_rows
        How many records it has.
    schema
        The columns that are passed through.
    """

    n_rows: int
    schema: pa.Schema

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read it in chunks of so many rows, the last one shorter."""
        ...


class Tables:
    """A CSV or Parquet file.

    Parameters
    ----------
    is_typed
        Whether declared columns of a CSV file become numbers and truth values in the output, where a cell
        that is none is null then; else every cell stays the text that it was.
    """

    def __init__(self, path: Path, dataset: Dataset, *, is_typed: bool) -> None:
        self._path = path
        self._is_csv = path.suffix.lower() == ".csv"
        self._is_typed = is_typed and self._is_csv
        with _readable(path):
            found, self.n_rows = self._look()
        names = found.names
        require_distinct(names)
        require_columns(names, dataset)
        self._features = {each.name: each for each in dataset.features if each.name in names}
        self._has_key = KEY in names and KEY not in self._features
        self.schema = pa.schema([self._field(field) for field in found])

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read it in chunks of so many rows, the last one shorter."""
        for table in regrouped(self._batches(rows), rows):
            yield self._chunk(table)

    def _look(self) -> tuple[pa.Schema, int]:
        if self._is_csv:
            with self._open_csv({}) as reader:
                names = reader.schema.names
            with self._open_csv(dict.fromkeys(names, pa.string())) as reader:
                return reader.schema, sum(batch.num_rows for batch in reader)
        with pq.ParquetFile(self._path) as file:
            found = pa.schema([pa.field(each.name, decoded(each.type)) for each in file.schema_arrow])
            return found, file.metadata.num_rows

    def _field(self, field: pa.Field) -> pa.Field:
        feature = self._features.get(field.name) if self._is_typed else None
        return pa.field(field.name, field.type if feature is None else ARROW[feature.type])

    def _batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        with _readable(self._path):
            if self._is_csv:
                with self._open_csv(dict.fromkeys(self.schema.names, pa.string())) as reader:
                    yield from reader
            else:
                with pq.ParquetFile(self._path) as file:
                    for batch in file.iter_batches(batch_size=rows):
                        yield batch.cast(self.schema)

    def _open_csv(self, types: dict[str, pa.DataType]) -> pa.csv.CSVStreamingReader:
        return pa.csv.open_csv(
            self._path,
            read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )

    def _chunk(self, table: pa.Table) -> Chunk:
        kinds = {name: str(feature.type) for name, feature in self._features.items()}
        kinds |= {KEY: "key"} if self._has_key else {}
        sent: dict[str, Any] = {name: table[name] for name in kinds}
        if self._is_csv:
            sent = {name: cells_of(column.to_pylist(), kinds[name]) for name, column in sent.items()}
        columns = [
            typed(sent[name], self._features[name]) if self._is_typed and name in self._features else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        ]
        passed = pa.Table.from_arrays(columns, schema=self.schema)
        return Chunk(passed, [(name, column, kinds[name]) for name, column in sent.items()])


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say what cannot be read as wrong usage, also where only a later look finds it."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise click.UsageError(f"{str(path)!r} cannot be read: {error}") from None


def decoded(kind: pa.DataType) -> pa.DataType:
    """Give the type of the values themselves: the dictionaries of two row groups need not be the same.

    >>> decoded(pa.dictionary(pa.int8(), pa.string()))
    DataType(string)
    """
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(decoded(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([each.with_type(decoded(each.type)) for each in kind])
    return kind


def typed(cells: Sequence[Any], feature: Feature) -> pa.Array:
    """Make the column of a feature; a cell that is none of its type is null there, and an error beside it."""
    held = HELD[feature.type]
    if held is float:
        cells = [float(cell) if type(cell) is int else cell for cell in cells]
    plain = [cell if type(cell) is held and not _is_huge(cell) else None for cell in cells]
    return pa.array(plain, ARROW[feature.type])


def _is_huge(cell: object) -> bool:
    """Tell whether a whole number is none that a column of 64 bits holds."""
    return type(cell) is int and not -(2**63) <= cell < 2**63


def regrouped(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Cut batches of any size into tables of one size, the last one shorter."""
    held: list[pa.RecordBatch] = []
    n_held = 0
    for batch in batches:
        held.append(batch)
        n_held += batch.num_rows
        if n_held >= rows:
            table = pa.Table.from_batches(held)
            whole = n_held - n_held % rows
            for first in range(0, whole, rows):
                yield table.slice(first, rows)
            held, n_held = table.slice(whole).to_batches(), n_held - whole
    if n_held:
        yield pa.Table.from_batches(held)
