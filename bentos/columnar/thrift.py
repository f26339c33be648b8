"""What the pages of a Parquet file declare, read without unpacking them.

A footer says how large a column is, but the reader allocates what each page's own header says, and a footer
may lie. So the headers are read here first: Thrift's compact protocol (`thrift-compact-protocol.md`), as far
as `PageHeader` of `parquet.thrift` needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
DEEPEST = 8
LONGEST_VARINT = 10

Read = tuple[Any, int]
"""A value, and the place behind it."""


def read_struct(data: bytes, place: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Read a struct: its numbers and structs by field, and the place behind it.

    Raises
    ------
    ValueError
        It is nested too deeply, or of a type that no page header has.
    IndexError
        It is cut.
    """
    if depth > DEEPEST:
        raise ValueError("a page header is nested too deeply")
    fields: dict[int, Any] = {}
    number = 0
    while (mark := data[place]) != 0:
        place += 1
        if delta := mark >> 4:
            number += delta
        else:
            number, place = _zigzag(data, place)
        kind = mark & 0x0F
        fields[number], place = _value(data, place, kind=kind, depth=depth)
    return fields, place + 1


def _value(data: bytes, place: int, *, kind: int, depth: int) -> Read:
    if kind in (TRUE, FALSE):
        return kind == TRUE, place
    if kind == STRUCT:
        return read_struct(data, place, depth + 1)
    if kind not in _PLAIN:
        raise ValueError("a page header has a field of an unknown type")
    return _PLAIN[kind](data, place)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for nth in range(LONGEST_VARINT):
        byte = data[place + nth]
        value |= (byte & 0x7F) << (7 * nth)
        if byte < 0x80:
            return value, place + nth + 1
    raise ValueError("a number of a page header is too long")


def _zigzag(data: bytes, place: int) -> tuple[int, int]:
    value, place = _varint(data, place)
    return (value >> 1) ^ -(value & 1), place


def _binary(data: bytes, place: int) -> Read:
    length, place = _varint(data, place)
    return None, place + length


_PLAIN: dict[int, Callable[[bytes, int], Read]] = {
    BYTE: lambda data, place: (data[place], place + 1),
    I16: _zigzag,
    I32: _zigzag,
    I64: _zigzag,
    DOUBLE: lambda _, place: (None, place + 8),
    BINARY: _binary,
}
