"""The hash of a table's logical content."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import io
import itertools
import struct

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herdbook.content import hash_content, kind_of, to_normal

GOLDEN = pa.table(
    {
        "legs": pa.array([2, None, 4], pa.int64()),
        "height": pa.array([0.5, 1.5, None]),
        "wings": pa.array([True, False, None]),
        "name": pa.array(["chicken", None, "ünï"]),
    }
)
UTC = datetime.UTC


def hash_of(table: pa.Table) -> str:
    """Hash any table."""
    return hash_content(to_normal(table), text=False)


def test_hash_is_golden() -> None:
    """The hash of a known table never changes, since it names snapshots that exist; here it is by hand."""
    encoded = b"herdbook snapshot 1\n" + struct.pack("<3Q", 3, 4, 0)
    for name, kind, present, values in [
        (b"legs", b"int64", 0b101, struct.pack("<3q", 2, 0, 4)),
        (b"height", b"float64", 0b011, struct.pack("<3d", 0.5, 1.5, 0.0)),
        (b"wings", b"boolean", 0b011, bytes([1, 0, 0])),
        (b"name", b"text", 0b101, struct.pack("<3Q", 7, 0, 5) + "chickenünï".encode()),
    ]:
        for word in (name, kind):
            encoded += struct.pack("<Q", len(word)) + word
        encoded += bytes([present]) + values

    found = hash_of(GOLDEN)

    assert found == "7cec740b5f1b3be37d0eec4ac5391950fb8efc22f5a504c31e54e8d1ec74e6ee"
    assert found == hashlib.sha256(encoded).hexdigest()


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.none() | st.integers(-9, 9), st.none() | st.text(max_size=3)), min_size=1, max_size=20
    ),
    cuts=st.lists(st.integers(0, 20), max_size=4),
)
def test_hash_ignores_chunks_and_parquet(rows: list[tuple[int | None, str | None]], cuts: list[int]) -> None:
    """Cutting a table into chunks, or a way through Parquet, does not change its hash."""
    whole = pa.table(
        {"n": pa.array([n for n, _ in rows], pa.int64()), "s": pa.array([s for _, s in rows], pa.string())}
    )
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    cut = pa.concat_tables([whole.slice(a, b - a) for a, b in itertools.pairwise(edges)])
    sink = io.BytesIO()
    pq.write_table(cut, sink)

    assert hash_of(cut) == hash_of(whole)
    assert hash_of(pq.read_table(io.BytesIO(sink.getvalue()))) == hash_of(whole)


def test_hash_tells_contents_apart() -> None:
    """Values, order of rows, names, kinds, missing values and cell borders all count."""
    tables = [
        pa.table({"a": pa.array([1, 2])}),
        pa.table({"a": pa.array([2, 1])}),
        pa.table({"b": pa.array([1, 2])}),
        pa.table({"a": pa.array([1.0, 2.0])}),
        pa.table({"a": pa.array(["1", "2"])}),
        pa.table({"a": pa.array([b"1", b"2"])}),
        pa.table({"a": pa.array([1, None])}),
        pa.table({"a": pa.array([1, 0])}),
        pa.table({"a": pa.array(["12", ""])}),
        pa.table({"a": pa.array(["12", None])}),
        pa.table({"a": pa.array([1, 2]), "b": pa.array([1, 2])}),
    ]

    hashes = [hash_of(table) for table in tables]

    assert len({*hashes, hash_content(to_normal(tables[4]), text=True)}) == len(tables) + 1


def test_hash_ignores_what_lies_under_missing_values() -> None:
    """The slot of a missing value may hold anything."""
    validity = pa.array([True, False]).buffers()[1]
    arrays = [
        pa.Array.from_buffers(pa.int64(), 2, [validity, pa.py_buffer(np.array([1, below], "<i8").tobytes())])
        for below in (0, 99)
    ]

    first, second = (hash_of(pa.table({"a": array})) for array in arrays)

    assert first == second == hash_of(pa.table({"a": pa.array([1, None])}))


def test_hash_knows_one_nan() -> None:
    """Not-a-number has many bit patterns and one meaning; minus zero is not zero."""
    quiet, other = (np.array([bits], "<u8").view("<f8") for bits in (0x7FF8000000000000, 0xFFF8000000000123))

    assert hash_of(pa.table({"a": quiet})) == hash_of(pa.table({"a": other}))
    assert hash_of(pa.table({"a": [0.0]})) != hash_of(pa.table({"a": [-0.0]}))


@pytest.mark.parametrize(
    ("array", "kind", "expected"),
    [
        (pa.array([1, None], pa.int8()), "int64", [1, None]),
        (pa.array([2**64 - 1], pa.uint64()), "uint64", [2**64 - 1]),
        (pa.array([0.1], pa.float32()), "float64", [float(np.float32(0.1))]),
        (pa.array(["a", None]).dictionary_encode(), "text", ["a", None]),
        (pa.array(["a"], pa.large_string()), "text", ["a"]),
        (pa.array([b"ab"], pa.binary(2)), "binary", [b"ab"]),
        (pa.array([datetime.date(2026, 1, 2)]), "text", ["2026-01-02"]),
        (pa.array([datetime.datetime(2026, 1, 2, tzinfo=UTC)]), "text", ["2026-01-02 00:00:00.000000Z"]),
        (pa.array([decimal.Decimal("1.50")]), "text", ["1.50"]),
        (pa.array([datetime.timedelta(seconds=1)]), "json", ['"0:00:01"']),
        (pa.array([[1, 2], None]), "json", ["[1,2]", None]),
        (pa.array([{"b": 1, "a": None}]), "json", ['{"a":null,"b":1}']),
        (pa.nulls(2), "text", [None, None]),
    ],
)
def test_every_type_has_a_kind_that_keeps_its_values(
    array: pa.Array, kind: str, expected: list[object]
) -> None:
    """Types beyond the few kinds are widened, decoded or written as text; twice is the same as once."""
    normal = to_normal(pa.table({"a": array}))

    assert kind_of(normal.schema.field("a")) == kind
    assert normal["a"].to_pylist() == expected
    assert to_normal(normal).equals(normal, check_metadata=True)
