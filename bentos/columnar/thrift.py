"""Thrift's compact protocol, as far as the footer of a Parquet file and the headers of its pages need it.

pyarrow allocates what the header of a page says, and asked for the columns of a damaged footer it may end the
process. So both are read here first (`thrift-compact-protocol.md`), strictly: a field that comes twice, or a
list of other things than the format knows, is refused, so that no other reader can take the same bytes for
something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
DEEPEST = 8
LONGEST_VARINT = 10
LONG_LIST = 15

Shape = Mapping[int, Any]
"""What stands in a struct: by field, the `Shape` of a struct, or `(kind, Shape)` of a list's elements."""

Fields = dict[tuple[int, int], Any]
"""The numbers, structs and lists of a struct, by field and kind; texts and truth values are passed over."""

KEPT = (I32, I64, STRUCT, LIST)


def read_struct(data: bytes, place: int, shape: Shape, depth: int = 0) -> tuple[Fields, int]:
    """Read a struct, and give the place behind it.

    Raises
    ------
    ValueError
        It is nested too deeply, has a field twice, or one that its shape does not know.
    IndexError
        It is cut.
    """
    if depth > DEEPEST:
        raise ValueError("its metadata are nested too deeply")
    fields: Fields = {}
    seen: set[int] = set()
    number = 0
    while (mark := data[place]) != 0:
        place += 1
        if delta := mark >> 4:
            number += delta
        else:
            number, place = _zigzag(data, place)
        if number in seen:
            raise ValueError("its metadata have a field twice")
        seen.add(number)
        kind = mark & 0x0F
        value, place = _value(data, place, kind=kind, inside=shape.get(number), depth=depth)
        if kind in KEPT:
            fields[number, kind] = value
    return fields, place + 1


def _value(data: bytes, place: int, *, kind: int, inside: Any, depth: int) -> tuple[Any, int]:
    if kind in (TRUE, FALSE):
        return None, place
    if kind == STRUCT:
        return read_struct(data, place, inside if isinstance(inside, Mapping) else {}, depth + 1)
    if kind == LIST:
        return _list(data, place, inside=inside, depth=depth)
    if kind not in _PLAIN:
        raise ValueError("its metadata have a field of an unknown type")
    return _PLAIN[kind](data, place)


def _list(data: bytes, place: int, *, inside: Any, depth: int) -> tuple[list[Any], int]:
    mark = data[place]
    n_items, place = mark >> 4, place + 1
    if n_items == LONG_LIST:
        n_items, place = _varint(data, place)
    if not isinstance(inside, tuple) or (n_items and mark & 0x0F != inside[0]):
        raise ValueError("its metadata have a list that the format does not know")
    kind, shape = inside
    items = []
    for _ in range(n_items):
        item, place = _value(data, place, kind=kind, inside=shape, depth=depth)
        items.append(item)
    return items, place


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for nth in range(LONGEST_VARINT):
        byte = data[place + nth]
        value |= (byte & 0x7F) << (7 * nth)
        if byte < 0x80:
            return value, place + nth + 1
    raise ValueError("a number of its metadata is too long")


def _zigzag(data: bytes, place: int) -> tuple[int, int]:
    value, place = _varint(data, place)
    return (value >> 1) ^ -(value & 1), place


def _binary(data: bytes, place: int) -> tuple[None, int]:
    length, place = _varint(data, place)
    return None, place + length


_PLAIN: dict[int, Callable[[bytes, int], tuple[Any, int]]] = {
    BYTE: lambda data, place: (data[place], place + 1),
    I16: _zigzag,
    I32: _zigzag,
    I64: _zigzag,
    DOUBLE: lambda _, place: (None, place + 8),
    BINARY: _binary,
}
