"""JSON objects of one shape, written from columns: what all of them have in common is spelled once.

A column is one cell of JSON text for each object. To fill a template with many cells at once takes half of
the time that as many dictionaries take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

Cells = Sequence[bytes]

CELL = b"%b"
END = b"\n"
"""Stands in no JSON text that has no blanks, so rows can be told apart by it."""


def spell_template(fields: Mapping[str, Any]) -> bytes:
    """Spell an object with a place for each cell; a field that is a mapping is an object itself.

    >>> spell_template({"label": None, "probabilities": {"cow": None, "100% hen": None}})
    b'{"label":%b,"probabilities":{"cow":%b,"100%% hen":%b}}'
    """
    spelled = [
        orjson.dumps(name).replace(b"%", b"%%") + b":" + (spell_template(inner) if inner else CELL)
        for name, inner in fields.items()
    ]
    return b"{%b}" % b",".join(spelled)


def fill(template: bytes, columns: Sequence[Cells]) -> bytes:
    r"""Write an object for each row of columns of n cells, n > 0, and `END` between them.

    >>> fill(b'{"place":%b,"label":%b}', [[b"0", b"1"], [b'"cow"', b'"hen"']])
    b'{"place":0,"label":"cow"}\n{"place":1,"label":"hen"}'
    """
    n_rows, n_columns = len(columns[0]), len(columns)
    cells = [b""] * (n_rows * n_columns)
    for place, column in enumerate(columns):
        cells[place::n_columns] = column
    return END.join([template] * n_rows) % tuple(cells)


def spell_numbers(numbers: NDArray[Any]) -> list[bytes]:
    """Spell numbers (n,), n > 0, as JSON; what is no finite number is null."""
    return orjson.dumps(numbers.tolist())[1:-1].split(b",")


def spell_flags(flags: NDArray[np.bool_]) -> list[bytes]:
    """Spell flags (n,)."""
    return [b"true" if flag else b"false" for flag in flags.tolist()]


def spell_choices(choices: tuple[str, ...], places: NDArray[Any]) -> list[bytes]:
    """Spell which of a few choices each of n rows has, by its place."""
    spelled = _spell_all(choices)
    return [spelled[place] for place in places.tolist()]


@lru_cache(maxsize=64)
def _spell_all(choices: tuple[str, ...]) -> list[bytes]:
    return [orjson.dumps(choice) for choice in choices]
