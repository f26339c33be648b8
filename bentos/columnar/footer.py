"""The footer of a Parquet file: its row groups, and where the pages of each column lie."""

from __future__ import annotations

from struct import unpack_from
from typing import Any, NamedTuple

from bentos.columnar.thrift import BINARY, I32, I64, LIST, STRUCT, Fields, Shape, read_struct

MAGIC = b"PAR1"
TAIL_BYTES = 8
MOST_FOOTER_BYTES = 2**20
"""Some five hundred bytes a column, of as many columns as are taken."""

MOST_VALUES = 2**17
"""Fields and elements of lists; some sixty a column, of as many columns as are taken."""

PLAIN: Shape = {}
SIZES: Shape = {2: (I64, PLAIN), 3: (I64, PLAIN)}
META: Shape = {2: (I32, PLAIN), 3: (BINARY, PLAIN), 8: (STRUCT, PLAIN), 13: (STRUCT, PLAIN), 16: SIZES}
GROUP: Shape = {1: (STRUCT, {3: META}), 4: (STRUCT, PLAIN)}
FOOTER: Shape = {2: (STRUCT, PLAIN), 4: (STRUCT, GROUP), 5: (STRUCT, PLAIN), 7: (STRUCT, PLAIN)}
"""`FileMetaData` of `parquet.thrift`: where it has lists, and of what."""


class Chunk(NamedTuple):
    """Where the pages of one column of a row group lie, as Arrow's own reader finds it."""

    n_values: int
    start: int
    n_bytes: int


class Group(NamedTuple):
    """A row group."""

    n_rows: int
    chunks: list[Chunk]


class Footer(NamedTuple):
    """What a file says of itself."""

    n_rows: int
    groups: list[Group]


def read_footer(body: bytes) -> Footer:
    """Read the footer of a file.

    Raises
    ------
    ValueError, IndexError
        It is none, or a damaged one.
    """
    if len(body) < len(MAGIC) + TAIL_BYTES or not body.startswith(MAGIC) or not body.endswith(MAGIC):
        raise ValueError("it does not begin and end with PAR1")
    n_bytes: int = unpack_from("<I", body, len(body) - TAIL_BYTES)[0]
    if n_bytes > min(len(body) - len(MAGIC) - TAIL_BYTES, MOST_FOOTER_BYTES):
        raise ValueError(f"its footer has {n_bytes:,} bytes; at most {MOST_FOOTER_BYTES:,} are read")
    start = len(body) - TAIL_BYTES - n_bytes
    fields, _ = read_struct(body[start : len(body) - TAIL_BYTES], 0, FOOTER, most_values=MOST_VALUES)
    return Footer(number(fields, 3), [_group(each) for each in fields.get((4, LIST), [])])


def _group(fields: Fields) -> Group:
    chunks = [_chunk(each.get((3, STRUCT), {})) for each in fields.get((1, LIST), [])]
    return Group(number(fields, 3), chunks)


def _chunk(fields: Fields) -> Chunk:
    start, dictionary = number(fields, 9), fields.get((11, I64), 0)
    if 0 < dictionary < start:
        start = dictionary
    return Chunk(number(fields, 5), start, number(fields, 7))


def number(fields: Fields, field: int, kind: int = I64) -> int:
    """Give a number that has to be there."""
    value: Any = fields.get((field, kind))
    if value is None:
        raise ValueError("its metadata lack a number")
    return int(value)
