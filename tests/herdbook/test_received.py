"""JSON records as a table: lossless as values."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from herdbook.content import ENCODING, JSON, hash_content, to_normal
from herdbook.received import table_of

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=6)


def values_of(table: pa.Table) -> list[dict[str, object]]:
    """Read the records back, without the missing values."""
    columns = {}
    for field in table.schema:
        values = table[field.name].to_pylist()
        is_json = (field.metadata or {}).get(ENCODING) == JSON
        columns[field.name] = [
            json.loads(value) if is_json and value is not None else value for value in values
        ]
    return [
        {name: column[row] for name, column in columns.items() if column[row] is not None}
        for row in range(table.num_rows)
    ]


@settings(max_examples=100, deadline=None)
@given(records=RECORDS)
def test_records_come_back_with_the_same_values(records: list[dict[str, object]]) -> None:
    """Whatever JSON holds, its values come back; a missing name and null are the same."""
    table = table_of([{"row": number, **record} for number, record in enumerate(records)])

    back = values_of(table)

    present = [{name: value for name, value in record.items() if value is not None} for record in records]
    assert back == [{"row": number, **record} for number, record in enumerate(present)]


def test_columns_get_the_narrowest_kind() -> None:
    """Booleans, integers, floats and text are columns of their own; only the rest is JSON text."""
    records = [
        {"flag": True, "legs": 4, "height": 1, "name": "a", "mixed": 1, "huge": 2**64, "nothing": None},
        {"flag": None, "legs": -4, "height": 0.5, "name": "ü", "mixed": "x", "huge": 1},
    ]

    kinds = {field.name: str(field.type) for field in table_of(records).schema}

    numbers = {"flag": "bool", "legs": "int64", "height": "double"}
    assert kinds == numbers | dict.fromkeys(("name", "mixed", "huge", "nothing"), "string")


def test_true_is_not_one() -> None:
    """A boolean among integers stays a boolean."""
    table = table_of([{"a": True}, {"a": 1}])

    assert table["a"].to_pylist() == ["true", "1"]


def test_integers_beyond_exact_floats_stay_whole() -> None:
    """An integer that no float can hold is not rounded because its neighbour is a float."""
    table = table_of([{"a": 2**53 + 1}, {"a": 0.5}])

    assert table["a"].to_pylist() == [str(2**53 + 1), "0.5"]


def test_half_a_surrogate_pair_is_kept() -> None:
    """JSON may hold text that UTF-8 cannot; it is kept as JSON."""
    table = table_of([{"a": "\ud800"}, {"a": "b"}])

    assert [json.loads(value) for value in table["a"].to_pylist()] == ["\ud800", "b"]
    assert len(hash_content(to_normal(table), text=False)) == 64


def test_columns_stand_in_the_order_of_first_sight() -> None:
    """The first record leads; names that come later follow."""
    table = table_of([{"b": 1, "a": 2}, {"c": 3, "a": 4}])

    assert table.column_names == ["b", "a", "c"]
