"""A file of JSON lines, read in chunks: one object a line, not all of the same fields."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson
import pyarrow as pa

from cli.records import require_columns
from cli.scoring_input import ARROW, Chunk, typed
from herdbook.client.cell import cells_of
from herdbook.dataset import Dataset
from herdbook.record import KEY

KINDS = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
AS_JSON = {b"herdbook": b"json"}
"""Marks a column whose texts are JSON, because its values are of several kinds, or nested."""


class Lines:
    """A file of JSON lines; a record is sent as it stands on its line.

    Parameters
    ----------
    is_typed
        Whether declared fields have the type of their feature in the output, where a value of another type is
        null then; else they are what they were.
    """

    def __init__(self, path: Path, dataset: Dataset, *, is_typed: bool) -> None:
        self._path = path
        self._features = {each.name: each for each in dataset.features}
        self._is_typed = is_typed
        self.n_rows = 0
        kinds: dict[str, set[type]] = {}
        for record in self._records():
            self.n_rows += 1
            for name, value in record.items():
                kinds.setdefault(name, set()).add(_kind_of(value))
        require_columns(list(kinds), dataset)
        self.schema = pa.schema([self._field(name, held) for name, held in kinds.items()])

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read it in chunks of so many rows, the last one shorter."""
        records = self._records()
        while some := list(islice(records, rows)):
            yield self._chunk(some)

    def _records(self) -> Iterator[dict[str, Any]]:
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if text.strip():
                    yield _record_of(text, number)

    def _chunk(self, records: list[dict[str, Any]]) -> Chunk:
        columns = [
            self._column([record.get(field.name) for record in records], field) for field in self.schema
        ]
        sent = {*self._features, KEY}
        lines = [{name: each[name] for name in each if name in sent} for each in records]
        return Chunk(pa.Table.from_arrays(columns, schema=self.schema), lines=lines)

    def _field(self, name: str, kinds: set[type]) -> pa.Field:
        feature = self._features.get(name) if self._is_typed else None
        return pa.field(name, *(_type_of(kinds) if feature is None else (ARROW[feature.type],)))

    def _column(self, values: list[Any], field: pa.Field) -> pa.Array:
        feature = self._features.get(field.name) if self._is_typed else None
        return _untyped(values, field) if feature is None else typed(cells_of(values, feature.type), feature)


def _record_of(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise click.UsageError(f"line {number} of the JSON lines cannot be read: {error.msg}") from None
    if not isinstance(record, dict):
        got = type(record).__name__
        raise click.UsageError(f"line {number} of the JSON lines: got {got}, expected an object")
    return record


def _kind_of(value: Any) -> type:
    if value is None:
        return type(None)
    kind = type(value)
    if kind is int and abs(value) >= 2**63:
        return list
    return kind if kind in KINDS else list


def _type_of(kinds: set[type]) -> tuple[pa.DataType, bool, dict[bytes, bytes] | None]:
    """Give the type, nullability and marks of a column that holds values of these kinds."""
    said = kinds - {type(None)}
    if said == {int, float}:
        said = {float}
    if len(said) == 1 and (kind := said.pop()) in KINDS:
        return KINDS[kind], True, None
    return pa.string(), True, AS_JSON


def _untyped(values: list[Any], field: pa.Field) -> pa.Array:
    if field.metadata == AS_JSON:
        values = [None if value is None else orjson.dumps(value).decode() for value in values]
    elif pa.types.is_floating(field.type):
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, field.type)
