"""A CSV file of records: read for the service, and written again with its answers beside each row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from herdbook.errors import HerdbookError
from ui.figure.number import count
from ui.spreadsheet import harmless

MOST_ROWS = 100_000
NO_TABLE = "expected UTF-8 text with a line of column names, then a line for each record"


class TableFileError(HerdbookError):
    """An uploaded file is not a table that can be predicted here."""

    def __init__(self, name: str, *, problem: str, cure: str) -> None:
        super().__init__(f"the file {name!r} {problem}; {cure}")


def read_table(path: Path) -> pd.DataFrame:
    """Read every cell as the text that it is, so that what is passed through is not changed."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = (line for line in csv.reader(file) if line)
            names = _named(path.name, next(lines, []))
            rows = list(islice(_full(path.name, lines, n_cells=len(names)), MOST_ROWS + 1))
    except (ValueError, csv.Error) as error:
        raise TableFileError(path.name, problem=f"cannot be read ({error})", cure=NO_TABLE) from error
    _require_bounded(path.name, len(rows))
    return pd.DataFrame(rows, columns=names, dtype=str)


def _named(file: str, names: list[str]) -> list[str]:
    if not names:
        raise TableFileError(file, problem="is empty", cure=NO_TABLE)
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        problem = f"names the column {twice[0]!r} more than once"
        raise TableFileError(file, problem=problem, cure="expected every column once: rename or remove one")
    return names


def _full(file: str, lines: Iterator[list[str]], *, n_cells: int) -> Iterator[list[str]]:
    for number, cells in enumerate(lines, start=1):
        if len(cells) != n_cells:
            problem = (
                f"has {count(len(cells), 'cell')} in record {number}, but {count(n_cells, 'column name')}"
            )
            cure = "expected a cell for each name: look for a comma too many or too few, or a missing quote"
            raise TableFileError(file, problem=problem, cure=cure)
        yield cells


def _require_bounded(file: str, n_rows: int) -> None:
    if n_rows > MOST_ROWS:
        cure = "run `herdbook predict FILE --out PREDICTIONS.csv`, which reads any number of records"
        raise TableFileError(file, problem=f"has more than {MOST_ROWS:,} records", cure=cure)
    if not n_rows:
        cure = "expected a line for each record under the column names"
        raise TableFileError(file, problem="has no records", cure=cure)


def write_table(frame: pd.DataFrame, path: Path, *, given: Collection[str]) -> None:
    """Write a table; the given columns as they came, texts in those that were added made harmless."""
    safe = frame.copy(deep=False)
    for name in frame.columns:
        if name not in given and not pd.api.types.is_numeric_dtype(frame[name].dtype):
            safe[name] = frame[name].map(_harmless).astype(object)
    safe.to_csv(path, index=False)


def _harmless(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
