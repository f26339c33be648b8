"""One raw column against one declared feature: its values as float64, and which rows break which rule.

The verdict on each value is the same as the record class gives (a property test holds them together).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from herdbook.feature import LARGEST_INTEGER, Feature

Mask = NDArray[np.bool_]
NUMBER_TEXT = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
TRUE_TEXT = ("true", "True", "TRUE", "1")
FALSE_TEXT = ("false", "False", "FALSE", "0")
TYPE_RULE = "type"
LARGEST_FLOAT = int(np.finfo(np.float64).max)


@dataclass
class Column:
    """The values of one feature, shape (n_rows,), NaN where missing or faulty, and the faulty rows."""

    values: NDArray[np.float64]
    faults: dict[str, Mask] = field(default_factory=dict)

    def fault(self, rule: str, rows: Mask) -> None:
        """Note that these rows break the rule."""
        if rows.any():
            self.faults[rule] = self.faults.get(rule, np.zeros(len(rows), dtype=np.bool_)) | rows


def read_column(feature: Feature, raw: pa.ChunkedArray, *, is_text: bool, is_json: bool) -> Column:
    """Read a raw column of shape (n_rows,) as the feature declares it.

    Parameters
    ----------
    feature
        The declaration.
    raw
        What was received: bool, integer, floating or string values, nulls where absent.
    is_text
        Every value is text as it stood in a CSV file; an empty one is missing.
    is_json
        Every value is JSON text, since the column mixed types.
    """
    if is_json:
        column = _read_values(
            feature, [None if text is None else json.loads(text) for text in raw.to_pylist()]
        )
    elif is_text:
        column = _read_text(feature, pc.if_else(pc.equal(pc.utf8_trim_whitespace(raw), ""), None, raw))
    else:
        column = _read_typed(feature, raw)
    if not feature.missing:
        column.fault("missing", _mask(pc.is_null(raw)) if not is_text else _missing_text(raw))
    return column


def _missing_text(raw: pa.ChunkedArray) -> Mask:
    empty = pc.equal(pc.utf8_trim_whitespace(raw), "")
    return _mask(pc.fill_null(empty, True))


def _mask(array: pa.ChunkedArray) -> Mask:
    return np.asarray(array.to_numpy(), dtype=np.bool_)


def _true(array: pa.ChunkedArray) -> Mask:
    """Count null as false."""
    return _mask(pc.fill_null(array, False))


def _floats(array: pa.ChunkedArray) -> NDArray[np.float64]:
    """Give float64 values with NaN for null."""
    return np.asarray(array.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _read_typed(feature: Feature, raw: pa.ChunkedArray) -> Column:
    if pa.types.is_dictionary(raw.type):
        raw = raw.cast(raw.type.value_type)
    for accepts, read in READERS[feature.type]:
        if accepts(raw.type):
            return read(feature, raw)
    column = Column(np.full(len(raw), np.nan))
    column.fault(TYPE_RULE, _mask(pc.is_valid(raw)))
    return column


def _read_integers(feature: Feature, raw: pa.ChunkedArray) -> Column:
    """Compare 64-bit integers as integers: float64 cannot tell 2**53 from 2**53 + 1."""
    column = Column(_floats(raw))
    if feature.type == "number":
        return _bound(feature, column)
    low, high = feature.bounds
    column.fault(f"minimum {low:g}", _true(pc.less(raw, ceil(low))))
    column.fault(f"maximum {high:g}", _true(pc.greater(raw, floor(high))))
    return column


def _read_floats(feature: Feature, raw: pa.ChunkedArray) -> Column:
    column = Column(_floats(raw))
    column.fault("finite", ~np.isfinite(column.values) & _mask(pc.is_valid(raw)))
    return _bound(feature, column)


def _bound(feature: Feature, column: Column) -> Column:
    values = column.values
    finite = np.isfinite(values)
    if feature.type == "integer":
        column.fault("whole number", finite & (np.floor(values) != values))
    low, high = feature.bounds
    column.fault(f"minimum {low:g}", finite & (values < low))
    column.fault(f"maximum {high:g}", finite & (values > high))
    return column


def _read_booleans(_: Feature, raw: pa.ChunkedArray) -> Column:
    return Column(_floats(raw.cast(pa.int8())))


def _read_categories(feature: Feature, raw: pa.ChunkedArray) -> Column:
    codes = pc.index_in(raw.cast(pa.string()), value_set=pa.array(feature.values, pa.string()))
    column = Column(_floats(codes))
    column.fault("values", np.isnan(column.values) & _mask(pc.is_valid(raw)))
    return column


def _read_nothing(_: Feature, raw: pa.ChunkedArray) -> Column:
    return Column(np.full(len(raw), np.nan))


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


Reader = tuple[Callable[[pa.DataType], bool], Callable[[Feature, pa.ChunkedArray], Column]]
NOTHING: Reader = (pa.types.is_null, _read_nothing)
NUMERIC: list[Reader] = [NOTHING, (pa.types.is_integer, _read_integers), (pa.types.is_floating, _read_floats)]
READERS: dict[str, list[Reader]] = {
    "integer": NUMERIC,
    "number": NUMERIC,
    "boolean": [NOTHING, (pa.types.is_boolean, _read_booleans)],
    "category": [NOTHING, (_is_string, _read_categories)],
}


def _read_text(feature: Feature, raw: pa.ChunkedArray) -> Column:
    if feature.type == "category":
        return _read_categories(feature, raw)
    if feature.type == "boolean":
        wrong = pc.invert(pc.is_in(raw, value_set=pa.array([*TRUE_TEXT, *FALSE_TEXT])))
        values = pc.if_else(pc.is_null(raw), None, pc.is_in(raw, value_set=pa.array(TRUE_TEXT)))
    else:
        wrong = pc.invert(pc.match_substring_regex(raw, NUMBER_TEXT))
        values = pc.utf8_trim_whitespace(raw)
    rows = _true(wrong) & _mask(pc.is_valid(raw))
    kept = pc.if_else(pa.chunked_array([pa.array(rows)]), None, values)
    column = _read_booleans(feature, kept) if feature.type == "boolean" else _read_number_text(feature, kept)
    column.fault(TYPE_RULE, rows)
    return column


def _read_number_text(feature: Feature, kept: pa.ChunkedArray) -> Column:
    trimmed = pc.replace_substring_regex(kept, r"^\+", "")
    return _read_floats(feature, trimmed.cast(pa.float64()))


def _read_values(feature: Feature, values: list[Any]) -> Column:
    """Read a column of mixed JSON values one by one."""
    fits = [value is None or _fits(feature, value) for value in values]
    kept = [value if fit else None for value, fit in zip(values, fits, strict=True)]
    if feature.type in {"integer", "number"}:
        kind = pa.float64()
        kept = [None if value is None else _float(feature, value) for value in kept]
    else:
        kind = pa.bool_() if feature.type == "boolean" else pa.string()
    column = _read_typed(feature, pa.chunked_array([pa.array(kept, kind)]))
    column.fault(TYPE_RULE, ~np.asarray(fits, dtype=np.bool_))
    return column


def _fits(feature: Feature, value: object) -> bool:
    match feature.type:
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "category":
            return isinstance(value, str)


def _float(feature: Feature, value: Any) -> float:
    """Keep an integer that float64 cannot hold exactly out of bounds, as it was."""
    if feature.type == "integer" and abs(value) > LARGEST_INTEGER:
        value = 2 * LARGEST_INTEGER if value > 0 else -2 * LARGEST_INTEGER
    return float(value) if abs(value) <= LARGEST_FLOAT else float(np.inf)
