"""Query parameters are read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from bentos.query import read_query
from bentos.refusal import ParameterError
from bentos.routes.prediction import FILTERS


def test_query_values_have_their_types() -> None:
    """Numbers are numbers, and what was not sent is left out."""
    values = read_query(QueryParams("limit=5&label=dog&start_us=1700000000000000"), FILTERS)

    assert values == {"limit": 5, "label": "dog", "start_us": 1_700_000_000_000_000}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=5.0",
        "limit=",
        "limit=1&limit=2",
        "colour=red",
        "before=yesterday",
        "start_us=-1",
        f"end_us={2**63}",
        f"key={'x' * 257}",
    ],
)
def test_query_wrong_value_is_told(query: str) -> None:
    """An unknown, repeated or impossible parameter is refused, not overlooked."""
    with pytest.raises(ParameterError, match="the query is wrong"):
        read_query(QueryParams(query), FILTERS)


@given(st.text())
def test_query_any_text_is_read_or_refused(text: str) -> None:
    """No query makes the reader fail in a way that nobody foresaw."""
    try:
        values = read_query(QueryParams(text), FILTERS)
    except ParameterError:
        return
    assert set(values) <= {each.name for each in FILTERS}
