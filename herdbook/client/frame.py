"""A table of pandas, polars or pyarrow to chunks of records and back, by narwhals; asks nothing itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import ceil
from typing import Any

import narwhals as nw

from herdbook.client import operation, stream
from herdbook.client.answer import Prediction, RowError
from herdbook.client.call import Call
from herdbook.client.cell import cells_of
from herdbook.client.errors import UnsendableError
from herdbook.client.operation.predictions import predict_table
from herdbook.client.scored import Kind, classes_of, columns_of, kinds_of
from herdbook.errors import shown

TYPES: dict[Kind, Any] = {
    "text": nw.String,
    "number": nw.Float64,
    "integer": nw.Int64,
    "boolean": nw.Boolean,
}
NULLABLE = {"integer": "Int64", "boolean": "boolean"}
"""The types of pandas that may hold a missing value beside whole numbers and truth values."""

MOST_SAID = 120
Answers = list[Prediction | RowError] | Any
"""As objects, or as a table of pyarrow."""


class Plan:
    """What to ask of a table, and how the answers are put beside it.

    Parameters
    ----------
    native
        The table; it is not changed.
    dataset
        What the service says of its dataset.
    key
        Column that names the records.
    prefix
        Stands before the names of the added columns.
    """

    def __init__(
        self, native: Any, dataset: dict[str, Any], *, key: str | None, prefix: str, chunk_rows: int
    ) -> None:
        self._frame = _frame_of(native)
        self._classes = list(dataset["classes"])
        self._prefix = prefix
        self._columns = _columns_to_send(self._frame.columns, dataset, key)
        self._chunk_rows = min(_positive("chunk_rows", chunk_rows), int(dataset["max_records"]))
        self._base = uuid.uuid4().hex
        self._is_columnar = stream.is_taken(dataset)
        self._require_free(kinds_of(self._classes))

    @property
    def n_rows(self) -> int:
        """How many rows the table has."""
        return len(self._frame)

    @property
    def n_chunks(self) -> int:
        """How many requests they take."""
        return ceil(self.n_rows / self._chunk_rows)

    def call(self, number: int) -> Call[Answers]:
        """Describe the request of one chunk, as columns if they say the same; it has one key for ever."""
        first = number * self._chunk_rows
        chunk = self._frame[first : first + self._chunk_rows]
        key = f"{self._base}-{number}"
        if self._is_columnar:
            columns = ((name, _arrow_of(chunk[column], kind), kind) for name, column, kind in self._columns)
            if (table := stream.table_of(columns)) is not None:
                return predict_table(table, idempotency_key=key)
        cells = [cells_of(chunk[column].to_list(), kind) for _, column, kind in self._columns]
        names = [name for name, _, _ in self._columns]
        records = [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
        return operation.predict(records, errors="inline", idempotency_key=key)

    def chunk(self, answers: Answers) -> nw.DataFrame[Any]:
        """Make the added columns of one chunk, compact as the library keeps them."""
        backend = self._frame.implementation
        if not isinstance(answers, list):
            if backend.is_pandas():
                return pandas_of(nw.get_native_namespace(self._frame), answers)
            return nw.from_arrow(answers, backend=backend)
        columns = columns_of(answers, self._classes)
        kinds = kinds_of(classes_of(columns))
        if not backend.is_pandas():
            return nw.from_dict(columns, {name: TYPES[kinds[name]] for name in columns}, backend=backend)
        pandas: Any = nw.get_native_namespace(self._frame)
        typed = {name: _of_pandas(pandas, column, kinds[name]) for name, column in columns.items()}
        made: nw.DataFrame[Any] = nw.from_native(pandas.DataFrame(typed))
        return made

    def joined(self, chunks: Sequence[nw.DataFrame[Any]]) -> Any:
        """Put the added columns of all chunks, in their order, beside the table."""
        added = nw.concat(chunks or [self.chunk([])], how="diagonal")
        ordered = kinds_of(classes_of(added.columns))
        self._require_free(ordered)
        named = added.select(list(ordered)).rename({name: self._prefix + name for name in ordered})
        if named.implementation.is_pandas():
            named.to_native().index = self._frame.to_native().index
        return nw.concat([self._frame, named], how="horizontal").to_native()

    def _require_free(self, added: Iterable[str]) -> None:
        have = set(self._frame.columns)
        if taken := [self._prefix + name for name in added if self._prefix + name in have]:
            expected = "other names, for the answers add columns of these; rename them, or give a `prefix`"
            raise UnsendableError("the table", got=f"columns {shown(taken)}", expected=expected)


def _frame_of(native: Any) -> nw.DataFrame[Any]:
    try:
        return nw.from_native(native, eager_only=True)
    except (TypeError, ValueError, nw.exceptions.NarwhalsError) as error:
        got = f"{type(native).__name__} ({' '.join(str(error).split())[:MOST_SAID]})"
        expected = "a table of pandas, polars or pyarrow in memory, each column named once"
        raise UnsendableError("the table", got=got, expected=expected) from None


def _positive(name: str, number: int) -> int:
    if number < 1:
        raise UnsendableError(name, got=repr(number), expected="a whole number from 1")
    return number


def _columns_to_send(
    have: Sequence[str], dataset: dict[str, Any], key: str | None
) -> list[tuple[str, str, str]]:
    """Give for each field of a record its name, its column and its type."""
    features = dataset["features"]
    absent = [each["name"] for each in features if each["name"] not in have and not each["missing"]]
    absent += [key] if key is not None and key not in have else []
    if absent:
        got = f"columns {shown(have)}"
        raise UnsendableError("the table", got=got, expected=f"also {shown(absent)}")
    columns = [(each["name"], each["name"], each["type"]) for each in features if each["name"] in have]
    if key is not None:
        if not dataset["has_key"]:
            raise UnsendableError("the key", got=repr(key), expected="none: a feature is called `key` here")
        columns.append(("key", key, "key"))
    return columns


def _arrow_of(series: nw.Series[Any], kind: str) -> Any:
    """Give a column as pyarrow has it, or its cells where that would change one of them."""
    if series.dtype != nw.Object:
        with suppress(ValueError, TypeError, OverflowError, NotImplementedError):
            return series.to_arrow()
    return cells_of(series.to_list(), kind)


def pandas_of(pandas: Any, table: Any) -> nw.DataFrame[Any]:
    """Make a table of pandas from one of pyarrow, with the types of `_of_pandas`."""
    kinds = kinds_of(classes_of(table.column_names))
    typed: dict[str, Any] = {}
    for name, kind in kinds.items():
        column = table[name]
        if kind in NULLABLE:
            masked = pandas.arrays.IntegerArray if kind == "integer" else pandas.arrays.BooleanArray
            filled = column.fill_null(0 if kind == "integer" else False)
            typed[name] = masked(filled.to_numpy(), column.is_null().to_numpy())
        elif kind == "number":
            typed[name] = column.to_numpy()
        else:
            typed[name] = _of_pandas(pandas, column.to_pylist(), kind)
    made: nw.DataFrame[Any] = nw.from_native(pandas.DataFrame(typed))
    return made


def _of_pandas(pandas: Any, column: list[Any], kind: Kind) -> Any:
    if kind in NULLABLE:
        return pandas.array(column, dtype=NULLABLE[kind])
    # before pandas 3, `str` would write None as a word
    text = "str" if int(pandas.__version__.partition(".")[0]) >= 3 else "object"
    return pandas.Series(column, dtype="float64" if kind == "number" else text)
