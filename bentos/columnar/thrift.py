"""Thrift's compact protocol, as far as the footer of a Parquet file and the headers of its pages need it.

pyarrow allocates what the header of a page says, and asked for the columns of a damaged footer it may end the
process. So both are read here first (`thrift-compact-protocol.md`), strictly: a field that comes twice, a
number that is wider than its type, which other readers cut, or a list of other things than the format knows,
is refused, so that no other reader can take the same bytes for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
DEEPEST = 8
LAST_FIELD = 2**15 - 1
LENGTH_BITS = 31
LONG_LIST = 15

Shape = Mapping[int, Any]
"""What stands in a struct: by field, the `Shape` of a struct, or `(kind, Shape)` of a list's elements."""

Fields = dict[tuple[int, int], Any]
"""The numbers, structs and lists of a struct, by field and kind; texts and truth values are passed over."""

KEPT = (I32, I64, STRUCT, LIST)


def read_struct(data: bytes, place: int, shape: Shape, *, most_values: int) -> tuple[Fields, int]:
    """Read a struct, and give the place behind it.

    Parameters
    ----------
    most_values
        So many fields and elements of lists are read, all levels together: each takes the time of a step.

    Raises
    ------
    ValueError
        It is nested too deeply, has too many values, a field twice, or one that its shape does not know.
    IndexError
        It is cut.
    """
    return _Reader(data, most_values).struct(place, shape, 0)


class _Reader:
    def __init__(self, data: bytes, most_values: int) -> None:
        self._data, self._most, self._left = data, most_values, most_values

    def struct(self, place: int, shape: Shape, depth: int) -> tuple[Fields, int]:
        if depth > DEEPEST:
            raise ValueError("its metadata are nested too deeply")
        data = self._data
        fields: Fields = {}
        seen: set[int] = set()
        number = 0
        while (mark := data[place]) != 0:
            place += 1
            self._count(1)
            if delta := mark >> 4:
                number += delta
            else:
                number, place = _zigzag(data, place, 16)
            if not 0 < number <= LAST_FIELD:
                raise ValueError(f"its metadata have a field numbered {number}")
            if number in seen:
                raise ValueError("its metadata have a field twice")
            seen.add(number)
            kind = mark & 0x0F
            value, place = self._value(place, kind=kind, inside=shape.get(number), depth=depth)
            if kind in KEPT:
                fields[number, kind] = value
        return fields, place + 1

    def _value(self, place: int, *, kind: int, inside: Any, depth: int) -> tuple[Any, int]:
        if kind in (TRUE, FALSE):
            return None, place
        if kind == STRUCT:
            return self.struct(place, inside if isinstance(inside, Mapping) else {}, depth + 1)
        if kind == LIST:
            return self._list(place, inside=inside, depth=depth)
        if kind not in _PLAIN:
            raise ValueError("its metadata have a field of an unknown type")
        return _PLAIN[kind](self._data, place)

    def _list(self, place: int, *, inside: Any, depth: int) -> tuple[list[Any], int]:
        mark = self._data[place]
        n_items, place = mark >> 4, place + 1
        if n_items == LONG_LIST:
            n_items, place = _varint(self._data, place, LENGTH_BITS)
        if not isinstance(inside, tuple) or (n_items and mark & 0x0F != inside[0]):
            raise ValueError("its metadata have a list that the format does not know")
        self._count(n_items)
        kind, shape = inside
        items = []
        for _ in range(n_items):
            item, place = self._value(place, kind=kind, inside=shape, depth=depth)
            items.append(item)
        return items, place

    def _count(self, n_values: int) -> None:
        self._left -= n_values
        if self._left < 0:
            raise ValueError(f"its metadata have more than {self._most:,} values")


def _varint(data: bytes, place: int, n_bits: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, n_bits, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80 and value < 1 << n_bits:
            return value, place
    raise ValueError(f"its metadata have a number of more than {n_bits} bits")


def _zigzag(data: bytes, place: int, n_bits: int) -> tuple[int, int]:
    value, place = _varint(data, place, n_bits)
    return (value >> 1) ^ -(value & 1), place


def _binary(data: bytes, place: int) -> tuple[None, int]:
    length, place = _varint(data, place, LENGTH_BITS)
    return None, place + length


_PLAIN: dict[int, Callable[[bytes, int], tuple[Any, int]]] = {
    BYTE: lambda data, place: (data[place], place + 1),
    I16: lambda data, place: _zigzag(data, place, 16),
    I32: lambda data, place: _zigzag(data, place, 32),
    I64: lambda data, place: _zigzag(data, place, 64),
    DOUBLE: lambda _, place: (None, place + 8),
    BINARY: _binary,
}
