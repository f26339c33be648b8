"""Sentences that failures say."""

from __future__ import annotations

import pytest

from herdbook.errors import Fault


@pytest.mark.parametrize(
    ("field", "where"),
    [("legs", "record 3, field 'legs'"), ("", "record 3, field ''"), (None, "record 3")],
)
def test_fault_names_its_field(field: str | None, where: str) -> None:
    """A field whose name is empty is a field all the same."""
    fault = Fault(3, field, 7, "a field of the dataset")

    assert fault.sentence() == f"{where}: got 7, expected a field of the dataset"
