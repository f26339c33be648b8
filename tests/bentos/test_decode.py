"""Bodies become frames, or a failure that says what is wrong and where."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentos.decode import Decoder
from bentos.exchange import Decoded
from bentos.refusal import ParameterError, TooManyRecordsError, UndecodableError
from herdbook.errors import HerdbookError, RecordError
from tests.fixtures.models import dataset_named

ANIMALS = dataset_named("animals")
DOG = {"walks_on_n_legs": 4, "height": 0.6, "weight": 30.0, "has_wings": False, "has_tail": True}
DECODER = Decoder(ANIMALS, max_records=100)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
animals = st.fixed_dictionaries(
    {
        "walks_on_n_legs": st.integers(0, 8),
        "height": st.floats(0, 20) | st.integers(0, 20),
        "weight": st.floats(0, 20_000),
        "has_wings": st.booleans(),
        "has_tail": st.booleans(),
    },
    optional={"key": st.text(max_size=256)},
)
nearly_animals = st.builds(
    lambda record, change: record | change,
    animals,
    st.dictionaries(st.sampled_from([*ANIMALS.feature_names, "key", "colour"]), values, max_size=2),
)


def decode(value: object, **named: Any) -> Decoded:
    """Decode a value as a body of animals."""
    return DECODER.decode(json.dumps(value).encode(), **named)


def is_valid(record: object) -> bool:
    """Say what the record class says of one record in JSON."""
    try:
        ANIMALS.record_class.model_validate_json(json.dumps(record))
    except ValueError:
        return False
    return True


@given(st.lists(animals, max_size=10))
def test_decode_many_gives_the_frame_of_the_dataset(records: list[dict[str, Any]]) -> None:
    """Serving reads records as training does."""
    decoded = decode({"records": records})

    assert np.array_equal(decoded.frame, ANIMALS.to_frame(records))
    assert decoded.keys == [record.get("key") for record in records]
    assert not decoded.is_flat


@given(animals)
def test_decode_flat_record_is_one_record(record: dict[str, Any]) -> None:
    """A record without anything around it is a body too."""
    decoded = decode(record)

    assert decoded.is_flat
    assert np.array_equal(decoded.frame, ANIMALS.to_frame([record]))


@settings(max_examples=60)
@given(st.lists(nearly_animals, max_size=6))
def test_decode_inline_has_the_verdict_of_the_record_class(records: list[dict[str, Any]]) -> None:
    """The slow way that finds faults judges as the fast way does, record by record."""
    expected = [place for place, record in enumerate(records) if not is_valid(record)]
    body = json.dumps({"records": records, "errors": "inline"})

    try:
        decoded = DECODER.decode(body.encode())
    except UndecodableError:
        assert "NaN" in body or "Infinity" in body
        return

    assert sorted(decoded.refused) == expected
    assert len(decoded.frame) == len(records) - len(expected)


@settings(max_examples=60)
@given(values | nearly_animals | st.fixed_dictionaries({"records": values}, optional={"errors": values}))
def test_decode_anything_is_read_or_refused(value: object) -> None:
    """No JSON value makes the decoder fail in a way that nobody foresaw."""
    with suppress(HerdbookError):
        decoded = decode(value)

        assert decoded.n_records == len(decoded.frame) + len(decoded.refused)


@given(st.binary(max_size=50))
def test_decode_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes do either."""
    with pytest.raises(HerdbookError):
        DECODER.decode(body)


def test_decode_fault_says_where_and_what() -> None:
    """A client can find the record and the field, and what should stand there."""
    with pytest.raises(RecordError) as refused:
        decode({"records": [DOG, DOG | {"height": 99}]})

    (fault,) = refused.value.faults
    assert (fault.record, fault.field, fault.got) == (1, "height", 99)
    assert fault.expected == "a number from 0 to 20 (m)"


def test_decode_unknown_field_names_the_known_ones() -> None:
    """A slip in a name is told with the names there are."""
    with pytest.raises(RecordError, match="no such field; known are 'walks_on_n_legs'"):
        decode(DOG | {"heigth": 1})


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"records": [NaN]}', b"\xff\xfe", b'{"a": 1} x', b"[" * 10_000]
)
def test_decode_no_json_is_undecodable(body: bytes) -> None:
    """What is no JSON is a 400, not a wrong record."""
    with pytest.raises(UndecodableError):
        DECODER.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        [DOG],
        5,
        {"records": DOG},
        {"records": [DOG], "errors": "loud"},
        {"records": [], "x": 1},
        {"errors": "inline"},
    ],
)
def test_decode_wrong_envelope_is_told(body: object) -> None:
    """What stands around the records is judged as strictly as they are."""
    with pytest.raises(ParameterError):
        decode(body)


WIDE = {f"k{place}": 1 for place in range(50_000)}


@pytest.mark.parametrize("body", [WIDE, {"records": [WIDE]}, {"records": [DOG, WIDE]}])
def test_decode_many_unknown_fields_are_counted(body: dict[str, Any]) -> None:
    """A record with thousands of fields is told by its first ones and their number."""
    with pytest.raises(RecordError) as refused:
        decode(body)

    assert refused.value.total == len(WIDE) + len(DOG)
    assert (len(refused.value.faults), len(str(refused.value)) < 1_000) == (5, True)


def test_decode_many_unknown_fields_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many fields there are, only the declared and the first few unknown ones are judged."""
    looked: list[int] = []
    judge = Decoder._faults

    def watch(self: Decoder, error: Any, place: int) -> Any:
        looked.append(error.error_count())
        return judge(self, error, place)

    monkeypatch.setattr(Decoder, "_faults", watch)
    with pytest.raises(RecordError):
        decode({"records": [WIDE] * 20})

    assert looked == [len(DOG) + 3]


def test_decode_inline_counts_unknown_fields_of_each_record() -> None:
    """A bad record among good ones tells its own number of faults."""
    decoded = decode({"records": [DOG, DOG | WIDE, DOG], "errors": "inline"})

    assert list(decoded.refused) == [1]
    assert isinstance(error := decoded.refused[1], RecordError)
    assert (error.total, error.faults[0].field) == (len(WIDE), "k0")
    assert len(decoded.frame) == 2


def test_decode_wide_envelope_names_few() -> None:
    """What stands beside the records is told by its first ones."""
    with pytest.raises(ParameterError, match="'k0'") as refused:
        decode({"records": [DOG]} | WIDE)

    assert len(refused.value.faults) == 3


def test_decode_many_colons_in_a_text_are_no_fields() -> None:
    """A body that only looks as if it had too many fields is read all the same."""
    records = [DOG | {"key": ":" * 256}] * 100

    assert decode({"records": records}).n_records == 100


def test_decode_null_says_what_was_sent() -> None:
    """A body without anything in it is told in the words of JSON."""
    with pytest.raises(ParameterError, match=r"^the body is wrong: got null, expected an object"):
        decode(None)


def test_decode_too_many_records_is_told_whatever_they_are() -> None:
    """The limit counts, not what the records look like."""
    with pytest.raises(TooManyRecordsError, match="more than 100 records"):
        decode({"records": [{}] * 101})


def test_decode_escaped_field_name_is_still_many() -> None:
    r"""JSON may spell `records` with an escape; the fast guess is then wrong, the verdict is not."""
    body = b'{"\\u0072ecords": [%s]}' % json.dumps(DOG).encode()

    assert not DECODER.decode(body).is_flat


def test_decode_only_one_takes_no_list() -> None:
    """The route for one record reads one record, and says which reads many."""
    with pytest.raises(ParameterError, match=r"'records': got 'an array of 1', .* post many to /predict"):
        decode({"records": [DOG]}, only_one=True)
