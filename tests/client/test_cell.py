"""Cells of tables as the API takes them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from herdbook.client.cell import TYPED, cells_of

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.binary(max_size=5)
    | st.sampled_from([pd.NA, pd.NaT, np.nan, np.float32(1.5), np.int8(3), np.bool_(True), np.str_("x")])
    | st.lists(st.integers(), max_size=2)
)


@given(st.lists(ANYTHING, max_size=8), st.sampled_from(sorted(TYPED)))
def test_cells_of_anything_can_be_sent_and_stay(values: list[Any], kind: str) -> None:
    """JSON can say whatever comes out, and it comes out the same when it goes in again."""
    cells = cells_of(values, kind)

    assert orjson.loads(orjson.dumps(cells)) == cells
    assert cells_of(cells, kind) == cells


@pytest.mark.parametrize(
    "missing", [None, math.nan, np.nan, np.float64("nan"), pd.NA, pd.NaT, "", "  ", Decimal("NaN")]
)
@pytest.mark.parametrize("kind", sorted(TYPED))
def test_cells_that_are_missing_are_null(missing: object, kind: str) -> None:
    """Every library's word for nothing is null."""
    assert cells_of([missing], kind) == [None]


@pytest.mark.parametrize(
    ("kind", "given_", "sent"),
    [
        ("integer", 3.0, 3),
        ("integer", np.float64(3), 3),
        ("integer", 3.5, 3.5),
        ("integer", "3.0", 3),
        ("integer", "many", "many"),
        ("integer", True, True),
        ("integer", 10**30, 1e30),
        ("number", "1e3", 1000.0),
        ("number", "inf", "inf"),
        ("number", math.inf, "inf"),
        ("number", Decimal("1.5"), 1.5),
        ("boolean", "TRUE", True),
        ("boolean", 0.0, False),
        ("boolean", 2, 2),
        ("boolean", np.bool_(True), True),
        ("category", 7.0, "7"),
        ("category", "\ud800", "\\ud800"),
        ("key", 12, "12"),
    ],
)
def test_cell_is_turned_by_the_type_of_its_feature(kind: str, given_: object, sent: object) -> None:
    """What can be of the type is; what cannot stays, for the service to refuse."""
    (cell,) = cells_of([given_], kind)

    assert (cell, type(cell)) == (sent, type(sent))
