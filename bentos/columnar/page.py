"""The pages of a Parquet column, looked at from header to header: none may unpack to more than is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bentos.columnar.footer import Chunk, number
from bentos.columnar.thrift import I32, STRUCT, Fields, read_struct

DATA, DATA_V2, DICTIONARY = 0, 3, 2
"""`PageType` of `parquet.thrift`; an index page is skipped by every reader."""

HEADERS = {DATA: (5, 2), DATA_V2: (8, 4), DICTIONARY: (7, 2)}
"""In which field of a page's header its own header stands, and in which field of that its encoding."""

ENCODINGS = {0: "PLAIN", 2: "PLAIN_DICTIONARY", 3: "RLE", 4: "BIT_PACKED", 8: "RLE_DICTIONARY"}
"""Those that every writer uses unless told otherwise. The delta encodings let few bytes make many values."""

MOST_VALUES = 32
"""Fields of a header, of which the format knows some twenty."""


class Page(NamedTuple):
    """What the header of a page declares."""

    n_values: int
    plain_bytes: int


def pages_of(body: bytes, chunk: Chunk) -> Iterator[Page]:
    """Walk over the pages of a column.

    Raises
    ------
    ValueError
        The headers contradict the file, or a page has an encoding that is not taken.
    IndexError
        A header is cut.
    """
    end = chunk.start + chunk.n_bytes
    if chunk.start < 0 or chunk.n_bytes < 0 or end > len(body):
        raise ValueError("a column lies beyond the file")
    place = chunk.start
    while place < end:
        header, place = read_struct(body, place, {}, most_values=MOST_VALUES)
        plain_bytes, packed_bytes = number(header, 2, I32), number(header, 3, I32)
        if plain_bytes < 0 or packed_bytes < 0:
            raise ValueError("a page has a negative length")
        place += packed_bytes
        yield Page(_values_of(header), plain_bytes)


def _values_of(header: Fields) -> int:
    kind = number(header, 1, I32)
    if kind not in HEADERS:
        return 0
    outer, inner = HEADERS[kind]
    said: Fields = header.get((outer, STRUCT), {})
    if (encoding := number(said, inner, I32)) not in ENCODINGS:
        allowed = ", ".join(ENCODINGS.values())
        raise ValueError(f"a page has the encoding number {encoding}; those taken are {allowed}")
    return number(said, 1, I32)
