"""Columns are read by the rules of JSON: the same frames, and the same refusals in the same words."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentos.columnar.media import ARROW, COLUMNAR, JSON, PARQUET
from tests.bentos.columns import CODEC, DOG, ZOO, as_parquet, as_records, as_stream, read, tables
from tests.fixtures.data import ROOT

DOGS = pa.Table.from_pylist([DOG] * 3)


@settings(max_examples=100, deadline=None)
@given(tables(), st.booleans(), st.sampled_from([None, 1, 4]), st.sampled_from([None, "lz4", "zstd"]))
def test_columns_have_the_rules_of_json(
    table: pa.Table, is_inline: bool, batch_rows: int | None, compression: str | None
) -> None:
    """Whatever stands in a table, all three forms of it give one frame, one list of keys and one verdict."""
    errors = "inline" if is_inline else "refuse"
    expected = read(JSON, orjson.dumps({"records": as_records(table), "errors": errors}))

    stream = as_stream(table, batch_rows=batch_rows, compression=compression)
    parquet = as_parquet(table, row_group_size=batch_rows, compression=compression or "none")

    assert read(ARROW, stream, is_inline=is_inline) == expected
    assert read(PARQUET, parquet, is_inline=is_inline) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("field", ["colour", "coat", "key", "height", "weight", "count", "tail"])
def test_columns_refuse_what_json_cannot_say(field: str, value: float) -> None:
    """NaN is no missing value and no text, also where a text of that name is allowed."""
    table = DOGS.select([name for name in DOGS.column_names if name != field])
    table = table.append_column(field, pa.array([value] * 3))

    for body, media_type in ((as_stream(table), ARROW), (as_parquet(table), PARQUET)):
        refused = read(media_type, body)["refused"]

        assert [faults[0]["got"] for _, _, faults, _ in refused.values()] == [str(value)] * 3
        assert {faults[0]["field"] for _, _, faults, _ in refused.values()} == {field}


def test_columns_of_many_unknown_are_counted_as_json_counts_them() -> None:
    """Only few unknown columns are read; the others are in the number of faults."""
    table = pa.table(
        {**{name: DOGS[name] for name in DOGS.column_names}, **{f"x{n}": [n] * 3 for n in range(50)}}
    )
    expected = read(JSON, orjson.dumps({"records": as_records(table)}))

    assert read(ARROW, as_stream(table), is_inline=False) == expected
    assert read(PARQUET, as_parquet(table), is_inline=False) == expected
    assert expected["refused"][3] == 150


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1.0]] * 3),
        pa.array([{"a": 1}] * 3),
        pa.array([b"x"] * 3),
        pa.array([1] * 3, pa.timestamp("us")),
        pa.array([1] * 3, pa.decimal128(5)),
    ],
    ids=lambda column: str(column.type),
)
def test_columns_of_other_types_are_refused_by_name(column: pa.Array) -> None:
    """A nested column, or one of a type that JSON has no word for, says so once and not for each row."""
    table = DOGS.set_column(DOGS.column_names.index("height"), "height", column)

    for body, media_type in ((as_stream(table), ARROW), (as_parquet(table), PARQUET)):
        kind, _, faults, _ = read(media_type, body)["refused"]

        assert kind == "ParameterError"
        assert faults[0]["field"] == "height"


def test_columns_of_one_name_are_refused() -> None:
    """Nobody guesses which of two columns is meant."""
    table = pa.Table.from_arrays([*DOGS.columns, DOGS["legs"]], [*DOGS.column_names, "legs"])

    for body, media_type in ((as_stream(table), ARROW), (as_parquet(table), PARQUET)):
        assert read(media_type, body)["refused"][0] == "ParameterError"


def test_columns_without_rows_are_no_records() -> None:
    """An empty table is an empty list."""
    for body, media_type in ((as_stream(DOGS[:0]), ARROW), (as_parquet(DOGS[:0]), PARQUET)):
        assert read(media_type, body) == read(JSON, b'{"records": []}')


@pytest.mark.parametrize(
    "value", [pa.null(), pa.float16(), pa.bool_(), pa.string_view(), pa.string()], ids=str
)
@pytest.mark.parametrize("field", ["coat", "key", "height"])
def test_columns_without_batches_are_no_records(field: str, value: pa.DataType) -> None:
    """A stream that ends behind its schema is an empty list, whatever its dictionaries would have held."""
    table = DOGS.drop([field]) if field in DOGS.column_names else DOGS
    schema = table.schema.append(pa.field(field, pa.dictionary(pa.int32(), value)))

    assert read(ARROW, schema.serialize().to_pybytes()) == read(JSON, b'{"records": []}')


def test_columns_take_the_least_time_of_the_process() -> None:
    """A service whose clients send JSON never imports pyarrow for this."""
    code = (
        "import sys; before = set(sys.modules); "
        "from bentos.columnar.codec import Codec; from bentos.columnar import media; "
        "print('pyarrow.parquet' in set(sys.modules) - before, 'bentos.columnar.records' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("media_type", COLUMNAR)
@given(st.binary(max_size=60))
def test_columns_any_bytes_are_refused(media_type: str, body: bytes) -> None:
    """What is no table is said to be none."""
    assert read(media_type, body)["refused"][0] == "UndecodableError"


def test_codec_reads_a_frame_of_the_dataset() -> None:
    """Serving reads columns as training reads records."""
    decoded = CODEC.decode(ARROW, as_stream(DOGS), is_inline=False)

    assert decoded.frame.shape == (3, len(ZOO.features))
    assert not decoded.is_flat
