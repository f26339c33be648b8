"""The metadata of a Parquet file are read strictly and in bounded time, as pyarrow would read them."""

from __future__ import annotations

from struct import pack

import pyarrow as pa
import pytest

from bentos.columnar.footer import MOST_VALUES, Chunk, read_footer
from bentos.columnar.limits import MOST_COLUMNS
from bentos.columnar.media import PARQUET
from bentos.columnar.page import pages_of
from bentos.columnar.thrift import read_struct
from tests.bentos.columns import as_parquet, read


def repeated(field: int, element: bytes, n_items: int) -> bytes:
    """Give a file whose footer has nothing but a list of structs, in Thrift's compact protocol."""
    size = bytes([n_items & 0x7F | 0x80, n_items >> 7 & 0x7F | 0x80, n_items >> 14])
    footer = bytes([field << 4 | 9, 0xFC]) + size + element * n_items + b"\0"
    return b"PAR1" + footer + pack("<I", len(footer)) + b"PAR1"


@pytest.mark.parametrize(
    ("field", "element"),
    [(4, b"\0"), (2, b"\x11\0"), (2, b"\x1c\x1c\0\0\0")],
    ids=["groups", "truth values", "structs"],
)
def test_footer_of_very_many_values_is_not_read(field: int, element: bytes) -> None:
    """Each value takes a step, so they are counted, those of all levels together."""
    kind, said, *_ = read(PARQUET, repeated(field, element, MOST_VALUES))["refused"]

    assert kind == "UndecodableError"
    assert "more than 131,072 values" in said


def test_list_is_refused_by_the_number_of_its_elements() -> None:
    """The elements need not be there: none of them is read."""
    with pytest.raises(ValueError, match="more than 9 values"):
        read_struct(b"\x49\xfc\xff\xff\xff\x7f", 0, {4: (12, {})}, most_values=9)


def test_page_header_of_many_fields_is_not_read() -> None:
    """A header that goes on and on is none: the fields that the format knows are few."""
    body = b"\x11" * 10_000

    with pytest.raises(ValueError, match="more than 32 values"):
        next(pages_of(body, Chunk(1, 0, len(body))))


def test_footer_of_most_columns_is_read() -> None:
    """As many columns as are taken, with statistics, have fewer values than are read."""
    body = as_parquet(pa.table({f"x{number}": [1.5] for number in range(MOST_COLUMNS)}))

    assert len(read_footer(body).groups[0].chunks) == MOST_COLUMNS


@pytest.mark.parametrize(
    "struct",
    [
        b"\x05\x84\x80\x08\x02\0",
        b"\x05\x01\x02\0",
        b"\x05\0\x02\0",
        b"\x05\xfe\xff\x03\x02\x35\x02\0",
        b"\x14\x80\x80\x04\0",
        b"\x15\x80\x80\x80\x80\x10\0",
        b"\x16\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02\0",
        b"\x18\x80\x80\x80\x80\x10\0",
        b"\x19\xf5\x80\x80\x80\x80\x10\0",
    ],
    ids=["field 65538", "field -1", "field 0", "field by delta", "i16", "i32", "i64", "text", "list"],
)
def test_number_that_other_readers_cut_is_refused(struct: bytes) -> None:
    """Cut to sixteen bits the field 65538 is the field 2, and its value the one that pyarrow believes."""
    with pytest.raises(ValueError, match=r"a number of more than \d+ bits|a field numbered"):
        read_struct(struct, 0, {1: (5, {})}, most_values=9)


@pytest.mark.parametrize(("kind", "n_bits"), [(4, 16), (5, 32), (6, 64)])
def test_widest_numbers_are_read(kind: int, n_bits: int) -> None:
    """The least and the greatest number of each type are no damage."""
    widest = (1 << n_bits) - 1
    shifts = range(0, n_bits, 7)
    code = bytes((widest >> shift & 0x7F) | (0x80 if shift < shifts[-1] else 0) for shift in shifts)

    fields, place = read_struct(bytes([0x10 | kind]) + code + b"\0", 0, {}, most_values=1)

    assert place == len(code) + 2
    assert fields.get((1, kind), -(2 ** (n_bits - 1))) == -(2 ** (n_bits - 1))


def test_page_that_says_its_size_in_a_field_that_is_cut_is_found() -> None:
    """A header with a second size, which only pyarrow would believe, is refused before it is unpacked."""
    body = as_parquet(pa.table({"key": ["k" * 200]}), compression="zstd", use_dictionary=False)
    start = read_footer(body).groups[0].chunks[0].start
    end = read_struct(body, start, {}, most_values=32)[1] - 1

    wrapped = body[:end] + b"\x05\x84\x80\x08\xfe\xff\xff\xff\x07" + body[end:]

    with pytest.raises(ValueError, match="a number of more than 16 bits"):
        next(pages_of(wrapped, Chunk(1, start, len(wrapped) - start)))
