"""The target column: the label of each row as text, and the rows that have none."""

from __future__ import annotations

import json
from math import isnan

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from herdbook.content import ENCODING

Faults = dict[str, NDArray[np.bool_]]


def read_target(name: str, table: pa.Table) -> tuple[NDArray[np.object_], Faults]:
    """Read the labels, shape (n_rows,), None where a row has none, and say which rows break which rule.

    Null, NaN and blank text are `missing`; bytes and nested values break `type`, for no class is called so.
    The column must be in the table.
    """
    values = table.column(name).to_pylist()
    if ENCODING in (table.schema.field(name).metadata or {}):
        values = [None if text is None else json.loads(text) for text in values]
    labels = np.full(len(values), None, dtype=np.object_)
    labels[:] = [_label(value) for value in values]
    is_nested = np.array([isinstance(value, bytes | list | dict) for value in values], dtype=np.bool_)
    is_missing = np.array([label is None for label in labels], dtype=np.bool_) & ~is_nested
    return labels, {"missing": is_missing, "type": is_nested}


def _label(value: object) -> str | None:
    if value is None or isinstance(value, bytes | list | dict):
        return None
    if isinstance(value, float) and isnan(value):
        return None
    text = str(value).strip()
    return (text.lower() if isinstance(value, bool) else text) or None
