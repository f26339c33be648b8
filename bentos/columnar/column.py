"""One column of a body to one column of a frame, and the rows whose value is not plainly right.

What is accepted here is right by the rules of the record class; what is not may still be right by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bentos.columnar.pick import is_text
from bentos.columnar.refusal import too_large
from herdbook.feature import LARGEST_INTEGER, Feature
from herdbook.record import LONGEST_KEY

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def whole(column: pa.ChunkedArray, *, max_bytes: int) -> pa.Array:
    """Give a column as one array of few types: numbers, truth values, texts, or texts by a dictionary.

    Raises
    ------
    BodyTooLargeError
        Its texts, of which a view may name the same bytes many times, are longer than `max_bytes`.
    """
    chunks = column.chunks
    # not pa.array nor combine_chunks, which have no way for an empty column of some dictionaries
    array = pa.concat_arrays(chunks) if chunks else pa.nulls(0, column.type)
    if pa.types.is_dictionary(array.type):
        if not is_text(array.type.value_type):
            return array.dictionary_decode()
        entries = _texts(array.dictionary, max_bytes)
        return pa.DictionaryArray.from_arrays(array.indices, entries)
    return _texts(array, max_bytes) if is_text(array.type) else array


def frame_column(array: pa.Array, feature: Feature) -> tuple[Floats, Mask]:
    """Turn a column into floats, and say which rows are not plainly right; both have shape (n,)."""
    if pa.types.is_null(array.type):
        return np.full(len(array), np.nan), np.full(len(array), not feature.missing)
    read = _READ[feature.type]
    found = read(array, feature)
    return found or (np.full(len(array), np.nan), np.ones(len(array), dtype=np.bool_))


def key_column(array: pa.Array) -> tuple[list[str | None], Mask]:
    """Give the keys of records, and say which are not plainly right."""
    n_rows = len(array)
    if pa.types.is_dictionary(array.type):
        entries = [*array.dictionary.to_pylist(), None]
        is_wrong = np.array([each is not None and len(each) > LONGEST_KEY for each in entries])
        indices = _indices(array)
        return [entries[index] for index in indices.tolist()], is_wrong[indices]
    if is_text(array.type):
        lengths = pc.fill_null(pc.utf8_length(array), 0).to_numpy(zero_copy_only=False)
        return array.to_pylist(), lengths > LONGEST_KEY
    return [None] * n_rows, array.is_valid().to_numpy(zero_copy_only=False)


def value_at(array: pa.Array, *, longest_text: int) -> Callable[[int], Any]:
    """Give what gives the value of a row as JSON has it; a longer text is cut to what is still recognised."""

    def cut(value: Any) -> Any:
        is_long = isinstance(value, str) and len(value) > longest_text
        return value[:longest_text] + "…" if is_long else value

    if not pa.types.is_dictionary(array.type):
        return lambda row: cut(array[row].as_py())
    indices, entries = _indices(array), array.dictionary
    # rows share their texts, of which a dictionary may have a long one for many rows
    entry = cache(lambda index: None if index == len(entries) else cut(entries[index].as_py()))
    return lambda row: entry(int(indices[row]))


def _texts(array: pa.Array, max_bytes: int) -> pa.Array:
    if not pa.types.is_string_view(array.type):
        return array
    views = np.frombuffer(array.buffers()[1] or b"", "<i4").reshape(-1, 4)
    lengths = views[array.offset : array.offset + len(array), 0]
    if int(np.maximum(lengths, 0).sum(dtype=np.int64)) > max_bytes:
        raise too_large(max_bytes)
    return array.cast(pa.large_string())


def _indices(array: pa.DictionaryArray) -> NDArray[np.int64]:
    """Give the indices of an array; that of a null is the place behind the dictionary."""
    return np.asarray(
        pc.fill_null(array.indices.cast(pa.int64()), len(array.dictionary)).to_numpy(zero_copy_only=False)
    )


def _number(array: pa.Array, feature: Feature) -> tuple[Floats, Mask] | None:
    if not _is_number(array.type):
        return None
    low, high = feature.bounds
    values = _floats(array)
    return values, _outside(array, values, low=low, high=high) & _held(array, feature)


def _integer(array: pa.Array, feature: Feature) -> tuple[Floats, Mask] | None:
    if not _is_number(array.type):
        return None
    low, high = feature.bounds
    values = _floats(array)
    outside = _outside(array, values, low=ceil(low), high=floor(high))
    if pa.types.is_floating(array.type):
        outside |= np.floor(values) != values
    return values, outside & _held(array, feature)


def _boolean(array: pa.Array, feature: Feature) -> tuple[Floats, Mask] | None:
    if not pa.types.is_boolean(array.type):
        return None
    values = _floats(array)
    return values, np.isnan(values) & _held(array, feature)


def _category(array: pa.Array, feature: Feature) -> tuple[Floats, Mask] | None:
    if pa.types.is_dictionary(array.type):
        places, indices = _places(array.dictionary, feature.values), _indices(array)
        is_null = np.append(array.dictionary.is_null().to_numpy(zero_copy_only=False), True)
        values = np.append(places, np.nan)
        is_wrong = np.isnan(values) & ~(is_null & feature.missing)
        return values[indices], is_wrong[indices]
    if not is_text(array.type):
        return None
    values = _places(array, feature.values)
    return values, np.isnan(values) & _held(array, feature)


_READ = {"number": _number, "integer": _integer, "boolean": _boolean, "category": _category}


def _places(texts: pa.Array, values: Sequence[str]) -> Floats:
    """Give the place of each text among the values; NaN for one that is not among them."""
    return _floats(pc.index_in(texts, value_set=pa.array(values, texts.type)))


def _floats(array: pa.Array) -> Floats:
    """Give numbers or truth values as floats, null as NaN."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    return np.asarray(array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def _outside(array: pa.Array, values: Floats, *, low: float, high: float) -> Mask:
    # written so that NaN is outside
    outside = ~((values >= low) & (values <= high))
    if pa.types.is_integer(array.type) and array.type.bit_width == 64:
        outside |= np.abs(values) >= LARGEST_INTEGER
    return outside


def _held(array: pa.Array, feature: Feature) -> Any:
    """Say which rows count as wrong if they have no number: not those that are null and may be."""
    return array.is_valid().to_numpy(zero_copy_only=False) if feature.missing and array.null_count else True


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
