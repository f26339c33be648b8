"""One kept answer, byte by byte.

A file holds the magic, one byte that tells whether the answer's rows are known to be logged, the CRC-32C and
the length of all that follows (u32 each, little-endian), a JSON head that ends at the first line feed, and
the body of the answer, compressed by zlib. What a kill cut short disagrees with its checksum: it was never
promised to anybody, and none of its rows was logged.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import orjson
from crc32c import crc32c

MAGIC = b"HERDANS\x01"
HEAD = struct.Struct("<8sBII")
MARK_AT = len(MAGIC)
QUICK = 1
"""The level of zlib: half the size for a tenth of the time."""


@dataclass(frozen=True)
class Kept:
    """An answer that was given, or was about to be given.

    Attributes
    ----------
    asked
        The hash of the request: path and body.
    time_us
        When it was kept, microseconds since 1970.
    first_id
        The first of its predictions in the log; None if nothing of it is logged.
    body
        What is answered.
    is_logged
        Whether its rows are known to be in the log; they are there all or none.
    """

    asked: str
    time_us: int
    first_id: str | None
    body: bytes
    is_logged: bool = False


def encode_kept(kept: Kept) -> bytes:
    """Encode what is kept of an answer."""
    head = orjson.dumps([kept.asked, kept.time_us, kept.first_id])
    payload = head + b"\n" + zlib.compress(kept.body, QUICK)
    return HEAD.pack(MAGIC, kept.is_logged, crc32c(payload), len(payload)) + payload


def decode_kept(data: bytes) -> Kept | None:
    """Decode a file; None if it is not whole."""
    if len(data) < HEAD.size:
        return None
    magic, mark, checksum, length = HEAD.unpack_from(data)
    payload = data[HEAD.size : HEAD.size + length]
    if magic != MAGIC or len(payload) != length or crc32c(payload) != checksum:
        return None
    head, _, body = payload.partition(b"\n")
    asked, time_us, first_id = orjson.loads(head)
    return Kept(asked, time_us, first_id, zlib.decompress(body), bool(mark))
