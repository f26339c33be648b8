"""Which columns of a body are read: the declared ones, and few of the others, which are only reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from bentos.columnar.limits import MOST_COLUMNS
from bentos.columnar.refusal import wrong_column
from bentos.decode import FEW

FLAT = "a column of numbers, truth values or texts, plain or dictionary-encoded"


class Picked(NamedTuple):
    """The columns that are read.

    Attributes
    ----------
    places
        Where they stand.
    n_left_out
        How many unknown ones are only counted.
    """

    places: Sequence[int]
    n_left_out: int


Pick = Callable[[pa.Schema], Picked]


def pick(schema: pa.Schema, known: Collection[str]) -> Picked:
    """Pick columns as JSON's reader picks the fields of a record that has too many.

    Raises
    ------
    ParameterError
        There are too many, two of one name, or one whose values are none that JSON could say flatly.
    """
    names = schema.names
    if len(names) > MOST_COLUMNS:
        raise wrong_column(None, f"{len(names):,} columns", f"at most {MOST_COLUMNS:,}")
    if len(set(names)) != len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise wrong_column(twice, "several columns of this name", "each column once")
    for field in schema:
        if not is_flat(field.type):
            raise wrong_column(field.name, str(field.type), FLAT)
    if len(names) <= len(known) + FEW:
        return Picked(range(len(names)), 0)
    foreign = list(islice((place for place, name in enumerate(names) if name not in known), FEW))
    ours = [place for place, name in enumerate(names) if name in known]
    return Picked(sorted([*ours, *foreign]), len(names) - len(ours) - len(foreign))


def is_flat(kind: pa.DataType) -> bool:
    """Tell whether a column of this type holds what JSON could say: null, a truth value, a number, a text."""
    if pa.types.is_dictionary(kind):
        return is_flat(kind.value_type) and not pa.types.is_dictionary(kind.value_type)
    return (
        pa.types.is_null(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or is_text(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of this type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
