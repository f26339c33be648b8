"""Raw tables from files and from scikit-learn, with every value as it stood there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from herdbook.errors import SourceError, shown
from herdbook.source import BuiltinSource, CsvSource, ParquetSource

IRIS_COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
IRIS_TARGET = "species"
OTHER_MARKS = (";", "\t", "|")


def read_csv(source: CsvSource) -> pa.Table:
    """Read a CSV file (UTF-8, commas, a header) with every value as the text that stands there.

    Raises
    ------
    SourceError
        The file is missing, no UTF-8, no CSV, parted by something else, or its header names a column twice.
    """
    path = _find(source.path)
    parse = csv.ParseOptions(newlines_in_values=True)
    try:
        with csv.open_csv(path, parse_options=parse) as reader:
            names = reader.schema.names
        parse.ignore_empty_lines = len(names) > 1
        _require_distinct(source.path, names)
        _require_commas(source.path, names)
        as_text = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        )
        table = csv.read_csv(path, parse_options=parse, convert_options=as_text)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        cure = "it must be UTF-8 text with commas, a header, and as many values in each row"
        raise SourceError(
            source.path, problem=f"it is no readable CSV file ({_line(error)})", cure=cure
        ) from None
    return _require_rows(source.path, table)


def read_parquet(source: ParquetSource) -> pa.Table:
    """Read a Parquet file as it is.

    Raises
    ------
    SourceError
        The file is missing, no Parquet, or names a column twice.
    """
    path = _find(source.path)
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        problem = f"it is no readable Parquet file ({_line(error)})"
        raise SourceError(source.path, problem=problem, cure="check the file") from None
    _require_distinct(source.path, table.column_names)
    return _require_rows(source.path, table)


def read_builtin(source: BuiltinSource) -> pa.Table:
    """Read a table that comes with scikit-learn: iris, four lengths in cm and the species as text."""
    from sklearn.datasets import load_iris  # noqa: PLC0415 - slow to import, and only this source needs it

    assert source.name == "iris"
    bunch = load_iris()
    table = pa.table(dict(zip(IRIS_COLUMNS, bunch.data.T, strict=True)))
    return table.append_column(IRIS_TARGET, pa.array(bunch.target_names[bunch.target], pa.string()))


def _find(path: str) -> Path:
    if not Path(path).is_file():
        raise SourceError(path, problem="there is no such file", cure="check the path")
    return Path(path)


def _require_distinct(path: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problem = f"the columns {shown(twice)} stand there more than once"
        raise SourceError(path, problem=problem, cure="give every column a name of its own")


def _require_commas(path: str, names: list[str]) -> None:
    """No feature's name holds a semicolon, tab or bar: one column that does is a table parted by them."""
    if len(names) == 1 and any(mark in names[0] for mark in OTHER_MARKS):
        problem = f"its only column is {names[0]!r}: the values are not parted by commas"
        raise SourceError(path, problem=problem, cure="save it as CSV with commas")


def _require_rows(path: str, table: pa.Table) -> pa.Table:
    if not table.num_rows:
        raise SourceError(path, problem="it holds no rows", cure="check the file")
    return table


def _line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0][:200]
