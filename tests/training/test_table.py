"""Reading files: a sentence for every file that is no table."""

from __future__ import annotations

from pathlib import Path

import pytest

from herdbook.errors import SourceError
from herdbook.source import CsvSource, ParquetSource
from training.table import read_csv, read_parquet


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no readable CSV"),
        (b"a,b\n1,2\n1,2,3\n", "no readable CSV"),
        (b"a,b\n1,\xff\n", "no readable CSV"),
        (b"a,b,a\n1,2,3\n", "'a' stand there more than once"),
        (b"a,b\n", "holds no rows"),
        (b"a,l\xe4nge\n1,2\n", "no readable CSV.*must be UTF-8"),
        (b"colour;weight\nblue;2\n", "only column is 'colour;weight'.*with commas"),
        (b"colour\tweight\nblue\t2\n", "with commas"),
    ],
    ids=["empty", "ragged", "not UTF-8", "twice", "no rows", "header not UTF-8", "semicolons", "tabs"],
)
def test_read_csv_no_table_is_a_sentence(tmp_path: Path, body: bytes, said: str) -> None:
    """The sentence names the file and what is wrong with it."""
    path = tmp_path / "table.csv"
    path.write_bytes(body)

    with pytest.raises(SourceError, match=said):
        read_csv(CsvSource(kind="csv", path=str(path)))


def test_read_csv_header_wins_over_types(tmp_path: Path) -> None:
    """No value is taken for a number, a date or nothing, in a file of many blocks either."""
    path = tmp_path / "table.csv"
    path.write_text("n,day\n" + "1,2024-01-01\n" * 200_000 + "x,\n")

    table = read_csv(CsvSource(kind="csv", path=str(path)))

    assert table.num_rows == 200_001
    assert table.slice(200_000).to_pylist() == [{"n": "x", "day": ""}]
    assert table.slice(0, 1).to_pylist() == [{"n": "1", "day": "2024-01-01"}]


def test_read_csv_one_column_keeps_empty_lines(tmp_path: Path) -> None:
    """In a table of one column an empty line is a row."""
    path = tmp_path / "table.csv"
    path.write_text("n\n1\n\n3\n")

    table = read_csv(CsvSource(kind="csv", path=str(path)))

    assert table.column("n").to_pylist() == ["1", "", "3"]


def test_read_parquet_no_table_is_a_sentence(tmp_path: Path) -> None:
    """A file that only ends in .parquet gets a sentence."""
    path = tmp_path / "table.parquet"
    path.write_text("a,b\n")

    with pytest.raises(SourceError, match="no readable Parquet"):
        read_parquet(ParquetSource(kind="parquet", path=str(path)))


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_read_csv_missing_file_is_a_sentence(tmp_path: Path, name: str) -> None:
    """A missing file, or a folder, gets a sentence."""
    with pytest.raises(SourceError, match="no such file"):
        read_csv(CsvSource(kind="csv", path=str(tmp_path / name)))
