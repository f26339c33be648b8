"""The vectorised check gives the verdict of the record class."""

import math
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from herdbook.content import ENCODING
from herdbook.feature import LARGEST_INTEGER, Feature
from herdbook.received import table_of
from herdbook.record import build_record_class
from training.column import Column, read_column

FEATURES = [
    Feature(name="x", type="integer", minimum=0, maximum=8),
    Feature(name="x", type="integer", missing=True),
    Feature(name="x", type="integer", minimum=0.5),
    Feature(name="x", type="number", minimum=-1.5, maximum=1e6),
    Feature(name="x", type="number", missing=True),
    Feature(name="x", type="boolean"),
    Feature(name="x", type="category", values=("red", "green", "")),
    Feature(name="x", type="category", values=("red",), missing=True),
]
NUMBERS = st.one_of(
    st.integers(-3, 10),
    st.integers(-(2**70), 2**70),
    st.sampled_from([LARGEST_INTEGER, LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 10**400]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([4.0, 4.5, -0.0, 1e308, 5e-324]),
)
VALUES = st.one_of(
    st.none(), st.booleans(), NUMBERS, st.sampled_from(["red", "green", "", "1"]), st.text(max_size=3)
)
COLUMNS = st.one_of(
    st.lists(VALUES, min_size=1, max_size=6),
    st.lists(st.none() | NUMBERS, min_size=1, max_size=6),
    st.lists(st.integers(-3, 10), min_size=1, max_size=6),
    st.lists(st.none() | st.booleans(), min_size=1, max_size=6),
    st.lists(st.sampled_from(["red", "green"]), min_size=1, max_size=6),
)


def accepted(column: Column) -> list[bool]:
    """Say for each row whether no rule is broken."""
    broken = np.zeros(len(column.values), dtype=bool)
    for rows in column.faults.values():
        broken |= rows
    return (~broken).tolist()


@cache
def record_class(feature: Feature) -> type[BaseModel]:
    """Build the record class of a one-feature dataset once."""
    return build_record_class("any", [feature])


def is_valid(feature: Feature, value: object) -> bool:
    """Ask the record class."""
    try:
        record_class(feature).model_validate({"x": value})
    except ValidationError:
        return False
    return True


@settings(max_examples=300)
@example(FEATURES[0], [4.0, 4, None, True])
@example(FEATURES[1], [LARGEST_INTEGER + 1, 1])
@example(FEATURES[4], [10**400, 1])
@given(st.sampled_from(FEATURES), COLUMNS)
def test_column_check_agrees_with_record_class(feature: Feature, values: list[object]) -> None:
    """Whatever JSON holds, both sides accept the same values."""
    table = table_of([{"x": value} for value in values])
    is_json = ENCODING in (table.schema.field("x").metadata or {})

    column = read_column(feature, table.column("x"), is_text=False, is_json=is_json)

    assert accepted(column) == [is_valid(feature, value) for value in values]


@pytest.mark.parametrize(
    ("feature", "text", "value"),
    [
        (FEATURES[0], " 4 ", 4.0),
        (FEATURES[0], "+4.0", 4.0),
        (FEATURES[0], "4.5", None),
        (FEATURES[0], "four", None),
        (FEATURES[3], "1e3", 1000.0),
        (FEATURES[3], "nan", None),
        (FEATURES[3], "1e999", None),
        (FEATURES[4], "", math.nan),
        (FEATURES[5], "TRUE", 1.0),
        (FEATURES[5], "yes", None),
        (FEATURES[6], "green", 1.0),
        (FEATURES[6], "blue", None),
    ],
)
def test_text_of_a_csv_is_read_by_declaration(feature: Feature, text: str, value: float | None) -> None:
    """Text is parsed as the feature's type; what is none is a fault."""
    column = read_column(feature, pa.chunked_array([pa.array([text])]), is_text=True, is_json=False)

    assert accepted(column) == [value is not None]
    if value is not None:
        assert np.array_equal(column.values, [value], equal_nan=True)


def test_not_a_number_in_parquet_is_a_fault() -> None:
    """NaN is no value that a record may carry, and no missing one either."""
    raw = pa.chunked_array([pa.array([1.0, math.nan, math.inf])])

    column = read_column(FEATURES[4], raw, is_text=False, is_json=False)

    assert accepted(column) == [True, False, False]
