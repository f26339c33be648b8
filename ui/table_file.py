"""A CSV file of records: read for the service, and written again with its answers beside each row."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from herdbook.errors import HerdbookError
from ui.record import read_value

MOST_ROWS = 100_000


class TableFileError(HerdbookError):
    """An uploaded file is not a table that can be predicted here."""

    def __init__(self, name: str, *, problem: str, cure: str) -> None:
        super().__init__(f"the file {name!r} {problem}; {cure}")


def read_table(path: Path) -> pd.DataFrame:
    """Read every cell as the text that it is, so that what is passed through is not changed."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, nrows=MOST_ROWS + 1, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        cure = "expected UTF-8 text with a line of column names, then a line for each record"
        raise TableFileError(
            path.name, problem=f"cannot be read ({_first_line(error)})", cure=cure
        ) from error
    if len(frame) > MOST_ROWS:
        cure = "run `herdbook predict FILE --out PREDICTIONS.csv`, which reads any number of records"
        raise TableFileError(path.name, problem=f"has more than {MOST_ROWS:,} records", cure=cure)
    if frame.empty:
        cure = "expected a line for each record under the column names"
        raise TableFileError(path.name, problem="has no records", cure=cure)
    return frame


def as_records(frame: pd.DataFrame, features: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Read the cells of declared features by their types; all else stays text."""
    read = frame.astype(object)
    for feature in features:
        if feature["name"] in frame.columns:
            values = [read_value(feature["type"], text) for text in frame[feature["name"]]]
            read[feature["name"]] = pd.Series(values, index=frame.index, dtype=object)
    return read


def join(frame: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """Put the columns that were added beside the file's own, which stay as they were."""
    added = [name for name in answered.columns if name not in frame.columns]
    return pd.concat([frame.reset_index(drop=True), answered[added].reset_index(drop=True)], axis=1)


def write_table(frame: pd.DataFrame, name: str) -> str:
    """Write a table into a folder of its own and give its path."""
    folder = Path(tempfile.mkdtemp(prefix="answer-", dir=tempfile.gettempdir()))
    path = folder / f"{Path(name).stem}-predicted.csv"
    frame.to_csv(path, index=False)
    return str(path)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
