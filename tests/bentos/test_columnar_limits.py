"""What would cost too much once it is unpacked is refused by what it declares; what is damaged, by name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from struct import pack

import numpy as np
import pyarrow as pa
import pytest

from bentos.columnar.footer import read_footer
from bentos.columnar.limits import EXPANSION, MOST_COLUMNS, MOST_PIECES
from bentos.columnar.media import ARROW, COLUMNAR, PARQUET
from bentos.columnar.page import pages_of
from bentos.refusal import BodyTooLargeError, TooManyRecordsError
from herdbook.errors import HerdbookError
from tests.bentos.columns import BODY_BYTES, CODEC, DOG, MAX_RECORDS, as_parquet, as_stream, read

DOGS = pa.Table.from_pylist([DOG] * 3)
HUGE = "a" * (EXPANSION * BODY_BYTES + 1)
SEEDS = range(300)


def with_key(keys: pa.Array) -> pa.Table:
    """Give as many dogs as there are keys."""
    return pa.Table.from_pylist([DOG] * len(keys), DOGS.schema).append_column("key", keys)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Give small bodies that are large once they are unpacked."""
    plain, coded = pa.array([HUGE]), pa.array([HUGE]).dictionary_encode()
    for compression in ("lz4", "zstd"):
        yield ARROW, as_stream(with_key(plain), compression=compression)
        yield ARROW, as_stream(with_key(coded), compression=compression)
        yield PARQUET, as_parquet(with_key(plain), compression=compression)
    shared = pa.array(["b" * (BODY_BYTES // 2)]).cast(pa.string_view())
    views = pa.concat_arrays([shared]).buffers()
    many = pa.Array.from_buffers(pa.string_view(), 10, [None, pa.py_buffer(bytes(views[1]) * 10), *views[2:]])
    yield ARROW, as_stream(with_key(many))


@pytest.mark.parametrize("number", range(7))
def test_bomb_is_refused_before_it_is_unpacked(number: int) -> None:
    """A few thousand bytes that become megabytes are too large, however they are packed."""
    media_type, body = list(bombs())[number]
    before = pa.total_allocated_bytes()

    with pytest.raises(BodyTooLargeError, match="bytes"):
        CODEC.decode(media_type, body, is_inline=True)

    assert len(body) < BODY_BYTES
    assert pa.total_allocated_bytes() - before < BODY_BYTES


@pytest.mark.parametrize("key", [pa.array(["k" * 1_000_000]), pa.array(["k" * 1_000_000] * 15)])
def test_long_text_of_a_dictionary_is_not_copied_for_each_row(key: pa.Array) -> None:
    """Fifteen rows share one text; each is refused for it, in few words."""
    table = with_key(key.dictionary_encode())

    for body, media_type in ((as_stream(table, compression="zstd"), ARROW), (as_parquet(table), PARQUET)):
        refused = read(media_type, body)["refused"]

        assert len(refused) == len(key)
        assert all(len(str(each)) < 1_000 for each in refused.values())


def test_rows_are_counted_before_they_are_made() -> None:
    """A thousand million nulls are a few bytes, and refused."""
    many = pa.table({"legs": pa.nulls(10**9)})

    for body, media_type in ((as_stream(many), ARROW), (as_parquet(many[: 10**6]), PARQUET)):
        with pytest.raises(TooManyRecordsError, match=str(MAX_RECORDS)):
            CODEC.decode(media_type, body, is_inline=True)


def test_dictionary_that_every_batch_has_counts_for_every_batch() -> None:
    """A long dictionary that grows by a word is made anew for each of many small batches."""
    sink = pa.BufferOutputStream()
    words = ["a" * (BODY_BYTES // 4)]
    kind = pa.dictionary(pa.int32(), pa.string())
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    with pa.ipc.new_stream(sink, pa.schema({"key": kind}), options=options) as writer:
        for number in range(MAX_RECORDS):
            words.append(str(number))
            keys = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array(words))
            writer.write_batch(pa.record_batch({"key": keys}))
    body = bytes(sink.getvalue())

    assert len(body) < BODY_BYTES
    assert read(ARROW, body)["refused"][0] == "BodyTooLargeError"


def test_too_many_columns_and_batches_are_refused() -> None:
    """What is looked at one by one has a bound."""
    wide = pa.table({f"x{number}": [1] for number in range(MOST_COLUMNS + 1)})
    empty = as_stream(DOGS[:1])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, DOGS.schema) as writer:
        for _ in range(MOST_PIECES + 1):
            writer.write_batch(pa.RecordBatch.from_pylist([], DOGS.schema))

    assert read(ARROW, empty)["n"] == 1
    for media_type, body in (
        (ARROW, as_stream(wide)),
        (PARQUET, as_parquet(wide)),
        (ARROW, bytes(sink.getvalue())),
    ):
        assert read(media_type, body)["refused"][0] == "ParameterError"


def test_encodings_that_multiply_are_not_taken() -> None:
    """A delta encoding says many values in few bytes."""
    body = as_parquet(
        with_key(pa.array(["k"])), use_dictionary=False, column_encoding={"key": "DELTA_BYTE_ARRAY"}
    )

    said = read(PARQUET, body)["refused"]

    assert said[0] == "UndecodableError"
    assert "encoding number 7" in said[1]


def test_page_that_contradicts_its_footer_is_found() -> None:
    """The header of a page is what a reader believes, so it is what is checked."""
    body = bytearray(as_parquet(with_key(pa.array(["k" * 200])), compression="zstd", use_dictionary=False))
    chunk = read_footer(bytes(body)).groups[0].chunks[DOGS.num_columns]
    (before,), start = pages_of(bytes(body), chunk), chunk.start
    assert body[start : start + 3] == b"\x15\x00\x15"
    body[start + 3 : start + 5] = b"\xfe\x7f"  # of two bytes the largest number: 8,191

    (page,) = pages_of(bytes(body), chunk)

    assert page.plain_bytes == 8_191 > before.plain_bytes
    assert read(PARQUET, bytes(body))["refused"][0] == "UndecodableError"


@pytest.mark.parametrize("media_type", COLUMNAR)
def test_damaged_bodies_are_read_or_refused(media_type: str) -> None:
    """Whatever bytes are changed or cut, there is an answer; the process goes on."""
    table = with_key(pa.array(["a", None, "c"]).dictionary_encode())
    written = {
        ARROW: [
            as_stream(table),
            as_stream(table, compression="lz4"),
            table.schema.serialize().to_pybytes(),
        ],
        PARQUET: [as_parquet(table), as_parquet(table, compression="none", use_dictionary=False)],
    }
    for seed in SEEDS:
        draw = random.Random(seed)
        body = bytearray(draw.choice(written[media_type]))
        for _ in range(draw.randint(1, 4)):
            body[draw.randrange(len(body))] = draw.choice([0, 1, 127, 128, 255, draw.randrange(256)])
        with suppress(HerdbookError):
            CODEC.decode(
                media_type, bytes(body[: draw.choice([len(body), draw.randrange(len(body))])]), is_inline=True
            )


def test_buffer_that_lies_about_its_length_is_too_large() -> None:
    """What a compressed buffer says of itself is not asked for from memory."""
    body = as_stream(with_key(pa.array(["k" * 200])), compression="zstd")
    where = body.rindex(pack("<q", 200))

    lying = body[:where] + pack("<q", 2**60) + body[where + 8 :]

    assert read(ARROW, lying)["refused"][0] == "BodyTooLargeError"
    assert np.isfinite(CODEC.decode(ARROW, body, is_inline=True).frame[0, 0])


def test_footer_that_would_end_the_process_is_no_footer() -> None:
    """Asked for the columns of a damaged footer pyarrow may give up the process, so it is not asked."""
    body = as_parquet(DOGS, store_schema=False)
    first = len(body) - 8 - int.from_bytes(body[-8:-4], "little")
    draw = random.Random(0)

    for place in draw.sample(range(first, len(body) - 8), 300):
        read(PARQUET, body[:place] + bytes([draw.choice([0, 1, 25, 127, 255])]) + body[place + 1 :])


@pytest.mark.parametrize("n_rows", [0, 3])
def test_message_of_an_older_version_is_not_read(n_rows: int) -> None:
    """Before version 5 a message could be compressed without its batch saying so."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4)
    with pa.ipc.new_stream(sink, DOGS.schema, options=options) as writer:
        writer.write_table(DOGS[:n_rows])

    kind, said, *_ = read(ARROW, bytes(sink.getvalue()))["refused"]

    assert kind == "UndecodableError"
    assert "version V4; only V5" in said
