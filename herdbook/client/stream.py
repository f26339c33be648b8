"""Tables as Arrow streams: where both sides can read them, columns need not become records.

pyarrow is no part of the client: it is looked for when it is needed, and what is sent without it is JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from herdbook.client.cell import cells_of
from herdbook.client.scored import PROBABILITY, kinds_of

ARROW = "application/vnd.apache.arrow.stream"
NUMBERS = frozenset({"integer", "number"})
OLDEST = 14
"""The first pyarrow of which a received stream runs no code (CVE-2023-47248)."""


@cache
def _arrow() -> Any:
    """Give pyarrow; by name, so that it stays something to have or not."""
    return import_module("pyarrow")


@cache
def _compute() -> Any:
    return import_module("pyarrow.compute")


def is_taken(dataset: Mapping[str, Any]) -> bool:
    """Tell whether a service takes Arrow streams, as it says with its dataset, and we can send them."""
    if ARROW not in dataset.get("formats", ()) or find_spec("pyarrow") is None:
        return False
    return int(_arrow().__version__.partition(".")[0]) >= OLDEST


def encode(table: Any) -> bytes:
    """Write a table as a stream."""
    arrow = _arrow()
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def parse(body: bytes) -> Any:
    """Read a stream; one that is none is a ValueError."""
    arrow = _arrow()
    try:
        with arrow.ipc.open_stream(body, options=arrow.ipc.IpcReadOptions(use_threads=False)) as reader:
            return reader.read_all()
    except (arrow.ArrowException, OSError) as error:
        raise ValueError(str(error)) from None


def answered(table: Any, *, n_rows: int) -> Any:
    """Give the columns that are added to a table, in their order and of plain types."""
    if table.num_rows != n_rows:
        raise ValueError
    arrow = _arrow()
    types = {
        "text": arrow.string(),
        "number": arrow.float64(),
        "integer": arrow.int64(),
        "boolean": arrow.bool_(),
    }
    classes = [name.removeprefix(PROBABILITY) for name in table.column_names if name.startswith(PROBABILITY)]
    kinds = kinds_of(classes)
    return arrow.table({name: table[name].cast(types[kind]) for name, kind in kinds.items()})


def table_of(columns: Iterable[tuple[str, Any, str]]) -> Any | None:
    """Put columns, each with the name and the type of its field, into a table that says what JSON would say.

    A column is one of pyarrow, or a list of what `cells_of` made. None if only JSON can say it, such as a
    text among numbers.
    """
    made: dict[str, Any] = {}
    for name, column, kind in columns:
        made[name] = _column_of(column, kind)
        if made[name] is None:
            return None
    return _arrow().table(made) if made else None


def _column_of(column: Any, kind: str) -> Any | None:
    """Make the column that says of each cell what `cells_of` says."""
    if isinstance(column, list):
        return _of_cells(column)
    types = _arrow().types
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind == "boolean" and types.is_boolean(column.type):
        return column
    if kind in NUMBERS and types.is_integer(column.type):
        return column
    if kind in NUMBERS and types.is_floating(column.type):
        return _floats(column, kind)
    return _of_cells(cells_of(column.to_pylist(), kind))


def _floats(column: Any, kind: str) -> Any | None:
    """Give floats with NaN as null, and whole ones as integers where whole ones are wanted."""
    arrow, compute = _arrow(), _compute()
    doubles = column.cast(arrow.float64())
    doubles = compute.if_else(compute.is_nan(doubles), arrow.scalar(None, arrow.float64()), doubles)
    if kind == "number":
        return doubles
    try:
        return doubles.cast(arrow.int64())
    except arrow.ArrowInvalid:
        return _of_cells(cells_of(doubles.to_pylist(), kind))


def _of_cells(cells: Sequence[Any]) -> Any | None:
    arrow = _arrow()
    if len({type(cell) for cell in cells if cell is not None}) > 1:
        return None
    try:
        return arrow.array(cells)
    except (arrow.ArrowException, OverflowError):
        return None
