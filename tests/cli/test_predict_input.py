"""The files that `predict --out` reads, chunk by chunk."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.scoring_input import Tables
from cli.scoring_lines import Lines
from cli.scoring_output import write
from herdbook.dataset import find_dataset
from herdbook.settings import Settings

IRIS = find_dataset(Settings(), "iris")
N_ROWS = 3_000


def flowers(colours: str) -> pa.Table:
    """Make half of the rows, with a categorical column and a list of texts."""
    frame = pd.DataFrame({"sepal_length": 5.1, "colour": pd.Categorical(list(colours) * (N_ROWS // 4))})
    return pa.Table.from_pandas(frame).append_column("tags", pa.array([["a"], None] * (N_ROWS // 4)))


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Write a Parquet file whose two row groups have different categories."""
    some, others = flowers("rb"), flowers("gy")
    with pq.ParquetWriter(tmp_path / "in.parquet", some.schema) as writer:
        writer.write_table(some)
        writer.write_table(others)
    return tmp_path / "in.parquet"


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_input_of_parquet_has_texts_for_categories(parquet: Path, suffix: str) -> None:
    """Chunks that span row groups of different dictionaries are written like others."""
    given = Tables(parquet, IRIS, is_typed=False)

    chunks = list(given.chunks(1_000))

    assert [len(chunk.records) for chunk in chunks] == [1_000] * 3
    assert chunks[0].records[0] == {"sepal_length": 5.1}
    colours = [text for chunk in chunks for text in chunk.passed["colour"].to_pylist()]
    assert colours == ["r", "b"] * (N_ROWS // 4) + ["g", "y"] * (N_ROWS // 4)
    out = parquet.with_name(f"out.{suffix}")
    write(out, given.schema, [chunk.passed for chunk in chunks], n_passed=3)
    assert out.stat().st_size > 0


def test_input_that_is_damaged_further_on_is_said(parquet: Path) -> None:
    """What the first look does not see is wrong usage as well."""
    given = Tables(parquet, IRIS, is_typed=False)
    body = parquet.read_bytes()
    parquet.write_bytes(body[:4] + b"\xff" * 1_000 + body[1_004:])

    with pytest.raises(click.UsageError, match=r"in\.parquet' cannot be read"):
        list(given.chunks(1_000))


def test_input_of_lines_sends_what_is_declared_and_passes_all(tmp_path: Path) -> None:
    """Lines need not have the same fields; what is no part of a record is not sent."""
    (tmp_path / "in.jsonl").write_text('{"sepal_length":5.1,"note":{"a":1}}\n\n{"key":"f2","note":"b"}\n')

    given = Lines(tmp_path / "in.jsonl", IRIS, is_typed=False)

    (chunk,) = given.chunks(1_000)
    assert given.n_rows == 2
    assert chunk.records == [{"sepal_length": 5.1}, {"key": "f2"}]
    assert chunk.passed["note"].to_pylist() == ['{"a":1}', '"b"']


@pytest.mark.parametrize(("text", "said"), [("{}\n[1]", "line 2 .* got list"), ('{"a":', "line 1 .* read")])
def test_input_of_lines_names_the_line_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    """A line that is no object is wrong usage."""
    (tmp_path / "in.jsonl").write_text(text)

    with pytest.raises(click.UsageError, match=said):
        Lines(tmp_path / "in.jsonl", IRIS, is_typed=False)
