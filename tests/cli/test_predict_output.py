"""What stands in the files that `predict --out` writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from cli.scoring_output import write

TOLD = pa.table(
    {"note": ["=A1", "-1"], "label": ["@cat", "dog"], "error": [None, "\t=1"], "cluster": [-1, 2]}
)


def test_output_in_csv_has_no_formula_of_ours_and_the_cells_of_the_input(tmp_path: Path) -> None:
    """A text that Herdbook adds gets a quote if a spreadsheet would run it; numbers and the input do not."""
    write(tmp_path / "out.csv", TOLD.schema, [TOLD], n_passed=1)

    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [["=A1", "'@cat", "", "-1"], ["-1", "dog", "'\t=1", "2"]]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_output_for_programs_has_every_text_as_it_is(tmp_path: Path, suffix: str) -> None:
    """Only a spreadsheet runs cells."""
    write(out := tmp_path / f"out.{suffix}", TOLD.schema, [TOLD], n_passed=1)

    assert b"'" not in out.read_bytes()
