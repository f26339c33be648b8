"""Bodies without records are read strictly, and what is wrong is told in our words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentos.body import parse_body
from bentos.book import NamingWish, PromotionWish, RollbackWish
from bentos.refusal import ParameterError, RefusalError, UndecodableError

GOOD = {"tag": "iris:3f2a9c01d4b7", "who": "ada", "why": "it is better"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_body_is_read_into_its_class() -> None:
    """What is right comes through as it was sent."""
    wish = parse_body(orjson.dumps(GOOD), PromotionWish)

    assert wish.model_dump() == GOOD


@pytest.mark.parametrize(("sent", "read"), [(b"3", 3), (b"3.0", 3), (b"3e0", 3), (b"null", None)])
def test_body_whole_number_may_be_written_as_a_fraction(sent: bytes, read: int | None) -> None:
    """JSON knows one kind of number."""
    wish = parse_body(b'{"who": "ada", "why": "better", "to": ' + sent + b"}", RollbackWish)

    assert wish.to == read


@pytest.mark.parametrize("sent", [b"3.5", b"1e300", b'"3"', b"true", b"0"])
def test_body_what_is_no_number_of_a_generation_is_told(sent: bytes) -> None:
    """A text, a part or a truth is none."""
    with pytest.raises(ParameterError, match="'to'"):
        parse_body(b'{"who": "ada", "why": "better", "to": ' + sent + b"}", RollbackWish)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"who": None}, "a valid string"),
        ({"who": ""}, "a text that is not blank"),
        ({"why": " \n"}, "a text that is not blank"),
        ({"why": "x" * 1_001}, "a text of at most 1,000 characters"),
        ({"how": 1}, "only 'tag', 'who', 'why'"),
    ],
)
def test_body_wrong_field_is_told(changed: dict[str, Any], expected: str) -> None:
    """The field, what was got and what was expected stand in a fault."""
    with pytest.raises(ParameterError) as caught:
        parse_body(orjson.dumps(GOOD | changed), PromotionWish)

    (fault,) = caught.value.faults
    assert (fault.field, fault.expected) == (next(iter(changed)), expected)


def test_body_missing_fields_are_told() -> None:
    """Each has a fault of its own."""
    with pytest.raises(ParameterError) as caught:
        parse_body(b"{}", RollbackWish)

    assert [(each.field, each.got, each.expected) for each in caught.value.faults] == [
        ("who", None, "a value"),
        ("why", None, "a value"),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"who": NaN}', b"[" * 5_000])
def test_body_that_is_no_json_is_told(body: bytes) -> None:
    """It is no JSON, and that is the sentence."""
    with pytest.raises(UndecodableError):
        parse_body(body, RollbackWish)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({}, "at least 1 of them"),
        ({"two": "dog"}, "a text of the form ^(0|[1-9][0-9]{0,5})$"),
        ({"2": " "}, "a text that is not blank"),
        ({"2": 7}, "a valid string"),
    ],
)
def test_body_wrong_names_are_told(names: dict[str, Any], expected: str) -> None:
    """Clusters are named by number, each by a text."""
    body = {"report": "a" * 64, "names": names, "who": "ada", "why": "they bark"}

    with pytest.raises(ParameterError, match="names") as caught:
        parse_body(orjson.dumps(body), NamingWish)

    assert caught.value.faults[0].expected == expected


@settings(deadline=None)
@given(body=JSON_VALUES.map(orjson.dumps) | st.binary())
def test_body_whatever_it_is_is_refused_in_words(body: bytes) -> None:
    """Nothing that is sent fails otherwise than by a refusal."""
    for shape in (PromotionWish, RollbackWish, NamingWish):
        with pytest.raises(RefusalError):
            parse_body(body, shape)
