"""Bodies become frames without an object a record, and mean the same as by the record class."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bentos.decode import ENVELOPE, RECORDS
from bentos.reader import Reader, record_schema
from herdbook.dataset import Dataset
from herdbook.feature import Feature
from tests.fixtures.models import dataset_named

FEATURES = (
    Feature(name="legs", type="integer", minimum=0, maximum=8),
    Feature(name="height", type="number", minimum=0, missing=True),
    Feature(name="colour", type="category", values=("red", "grün", "blue"), missing=True),
    Feature(name="size", type="category", values=("s", "m")),
    Feature(name="tame", type="boolean", missing=True),
    Feature(name="age", type="integer", missing=True),
)


def dataset_of(*features: Feature) -> Dataset:
    """Declare a dataset of these features."""
    declared = dataset_named("iris").declaration() | {"features": [each.model_dump() for each in features]}
    return Dataset.model_validate(declared)


MIXED = dataset_of(*FEATURES)
values = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([2**53, -(2**53), 2**60])
    | st.floats()
    | st.sampled_from(["red", "grün", "blue", "s", "m", "", "4"])
)
likely = st.fixed_dictionaries(
    {"legs": st.integers(0, 8) | st.just(4.0) | values, "size": st.sampled_from(["s", "m"]) | values},
    optional={
        "height": st.none() | st.floats(0, 5) | values,
        "colour": st.none() | st.sampled_from(["red", "grün"]) | values,
        "tame": st.none() | st.booleans() | values,
        "age": st.none() | st.integers() | values,
        "key": st.none() | st.text(max_size=300),
        "other": st.just(1),
    },
)


def reader(dataset: Dataset) -> Reader:
    """Make the reader of a dataset."""
    return Reader(dataset, records=RECORDS, max_records=5, envelope=ENVELOPE)


MIXED_READER = reader(MIXED)


def by_class(body: bytes) -> Any:
    """Read a record as the record class does; None if it is not valid."""
    try:
        return vars(MIXED.record_class.model_validate_json(body))
    except ValidationError:
        return None


@given(likely)
def test_reader_one_is_as_strict_as_the_record_class(record: dict[str, Any]) -> None:
    """The same records are valid, and hold the same values."""
    body = json.dumps(record).encode()
    expected = by_class(body)

    try:
        frame, keys = MIXED_READER.read_one(body)
    except ValidationError:
        assert expected is None
        return

    assert expected is not None
    assert np.array_equal(frame, MIXED.to_frame([expected]), equal_nan=True)
    assert keys == [expected["key"]]


@given(st.lists(likely, max_size=7), st.sampled_from([None, "refuse", "inline", "loud"]))
def test_reader_many_takes_what_each_record_class_takes(
    records: list[dict[str, Any]], errors: str | None
) -> None:
    """A body is valid if each of its records is, and there are not too many."""
    envelope = {} if errors is None else {"errors": errors}
    body = json.dumps({"records": records} | envelope).encode()
    expected = [by_class(json.dumps(record).encode()) for record in records]
    is_valid = None not in expected and len(records) <= 5 and errors != "loud"

    try:
        frame, keys, told = MIXED_READER.read_many(body)
    except ValidationError:
        assert not is_valid
        return

    assert is_valid
    assert np.array_equal(frame, MIXED.to_frame(expected), equal_nan=True)
    assert keys == [each["key"] for each in expected]
    assert told == {"errors": errors or "refuse"}


def test_reader_feature_may_be_called_key() -> None:
    """Then it is a feature, and records have no name of the client's own."""
    named = dataset_of(Feature(name="key", type="number"))

    frame, keys = reader(named).read_one(b'{"key": 2.5}')

    assert (frame.tolist(), keys) == ([[2.5]], [None])


def test_reader_refuses_a_schema_that_it_does_not_know() -> None:
    """Should pydantic build record classes otherwise one day, that is told when the service is built."""
    with pytest.raises(TypeError, match="expected a plain 'model'"):
        record_schema({"type": "definitions", "schema": {}})
