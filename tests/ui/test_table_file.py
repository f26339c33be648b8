"""A CSV file of records, in and out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ui import table_file
from ui.table_file import TableFileError, read_table, write_table


def refusal_of(folder: Path, text: str | bytes) -> str:
    """Give the sentence with which a file is refused."""
    path = folder / "herd.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TableFileError) as refused:
        read_table(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,legs\nRex,4\nTom,4,\n", "has 3 cells in record 2, but 2 column names"),
        ("name,legs,height\nRex,4,0.6,\n", "has 4 cells in record 1, but 3 column names"),
        ("name,legs\nRex\n", "has 1 cell in record 1, but 2 column names"),
        ("legs,height,legs\n4,1,2\n", "names the column 'legs' more than once"),
        ("", "is empty"),
        ("name,legs\n\n", "has no records"),
        (b"name\n\xff\n", "cannot be read"),
    ],
)
def test_file_that_is_no_table_is_refused_with_a_sentence(tmp_path: Path, text: str | bytes, said: str):
    """Nothing is shifted, renamed or guessed: the sentence says what is wrong, and in which record."""
    assert said in refusal_of(tmp_path, text)


def test_file_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A longer file is told where it can go."""
    monkeypatch.setattr(table_file, "MOST_ROWS", 1)

    assert "herdbook predict FILE --out" in refusal_of(tmp_path, "a\n1\n2\n")


def test_cells_are_read_as_they_stand(tmp_path: Path):
    """Zeros in front, blanks, quoted commas, and the mark that some programs put first, are no trouble."""
    path = tmp_path / "herd.csv"
    path.write_text('\ufeffname,legs\r\n007," 4"\r\n\r\n"a,b",NA\r\n', encoding="utf-8", newline="")

    frame = read_table(path)

    assert frame.to_dict("list") == {"name": ["007", "a,b"], "legs": [" 4", "NA"]}


def test_written_file_is_harmless_where_something_was_added(tmp_path: Path):
    """Texts that were added cannot run in a spreadsheet; the file's own columns come back as they were."""
    path = tmp_path / "out.csv"
    frame = pd.DataFrame({"name": ["=1+1", "b"], "label": ["@dog", None], "confidence": [0.5, None]})
    frame["error"] = pd.array([None, "+1 is no number"], dtype="string")
    frame["outlier"] = pd.array([True, None], dtype="boolean")

    write_table(frame, path, given=["name"])

    expected = ["name,label,confidence,error,outlier", "=1+1,'@dog,0.5,,True", "b,,,'+1 is no number,"]
    assert path.read_text().splitlines() == expected
