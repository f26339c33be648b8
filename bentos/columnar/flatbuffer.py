"""What the messages of an Arrow stream declare: rows, and bytes once unpacked; read without unpacking.

pyarrow allocates what a compressed buffer says of itself. So that is read first, from the metadata of each
message (Arrow columnar format 1.5, `Message.fbs`; FlatBuffers' binary format) and the eight bytes before each
compressed buffer.
"""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

import numpy as np

SCHEMA, DICTIONARY, BATCH = 1, 2, 3
"""`MessageHeader` of `Message.fbs`."""

V5 = 4
"""`MetadataVersion` of `Message.fbs`, written since Arrow 1.0 of 2020.

Messages of version 4 may be compressed without a word of it in their batches (Arrow 0.17 said it in the
`custom_metadata`), and Arrow unpacks those still.
"""

PREFIX_BYTES = 8
NOT_COMPRESSED = -1


class Declared(NamedTuple):
    """What one message says of itself.

    Attributes
    ----------
    kind
        `SCHEMA`, `DICTIONARY`, `BATCH`, or another number.
    n_rows
        Of a batch; values of a dictionary.
    plain_bytes
        Sum of all buffers, unpacked; a buffer that is used twice counts twice.
    """

    kind: int
    n_rows: int = 0
    plain_bytes: int = 0


class Table:
    """A table of FlatBuffers at a place in some bytes; reading beyond them raises `struct.error`."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place
        self._vtable = place - unpack_from("<i", data, place)[0]
        if self._vtable < 0:
            raise ValueError("an offset leads out of the metadata")
        self._vtable_bytes: int = unpack_from("<H", data, self._vtable)[0]

    def where(self, number: int) -> int | None:
        """Give the place of a field, or None if it is not there."""
        slot = 4 + 2 * number
        offset = unpack_from("<H", self._data, self._vtable + slot)[0] if slot < self._vtable_bytes else 0
        return self._place + offset if offset else None

    def number(self, number: int, form: str) -> int:
        """Give a number; one that is not there is 0."""
        place = self.where(number)
        return 0 if place is None else int(unpack_from(form, self._data, place)[0])

    def table(self, number: int) -> Table | None:
        """Give a table that a field leads to."""
        place = self.where(number)
        return None if place is None else Table(self._data, _followed(self._data, place))

    def pairs(self, number: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Give a vector of structs of two 64-bit numbers, shape (n, 2)."""
        place = self.where(number)
        if place is None:
            return np.empty((0, 2), dtype=np.int64)
        start = _followed(self._data, place)
        n_pairs = unpack_from("<I", self._data, start)[0]
        return np.frombuffer(self._data, "<i8", 2 * n_pairs, start + 4).reshape(-1, 2)


def declared_of(metadata: bytes, body: bytes | memoryview) -> Declared:
    """Read what a message declares; raises `struct.error` or ValueError where it contradicts itself."""
    message = Table(metadata, _followed(metadata, 0))
    if (version := message.number(0, "<h")) != V5:
        raise ValueError(f"a message has the metadata version V{version + 1}; only V5 is read")
    kind = message.number(1, "<B")
    header = message.table(2)
    batch = header.table(1) if header and kind == DICTIONARY else header
    if batch is None or kind not in (DICTIONARY, BATCH):
        return Declared(kind)
    n_rows, buffers = batch.number(0, "<q"), batch.pairs(2)
    if n_rows < 0 or (buffers < 0).any():
        raise ValueError("a length is negative")
    sizes = _unpacked(buffers, body) if batch.table(3) else buffers[:, 1]
    # as Python's numbers: what is declared may be more than 64 bits hold
    return Declared(kind, n_rows, sum(sizes.tolist()))


def _followed(data: bytes, place: int) -> int:
    return place + int(unpack_from("<I", data, place)[0])


def _unpacked(
    buffers: np.ndarray[tuple[int, int], np.dtype[np.int64]], body: bytes | memoryview
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Read before each compressed buffer how long it is unpacked."""
    held = buffers[buffers[:, 1] > 0]
    data = np.frombuffer(body, np.uint8)
    if len(held) and (held.sum(axis=1).max() > len(data) or held[:, 1].min() < PREFIX_BYTES):
        raise ValueError("a buffer lies beyond the body")
    prefixes = data[held[:, :1] + np.arange(PREFIX_BYTES)]
    sizes = np.ascontiguousarray(prefixes).view("<i8")[:, 0] if len(held) else held[:, 1]
    if (sizes < NOT_COMPRESSED).any():
        raise ValueError("a buffer has a negative length")
    return np.where(sizes == NOT_COMPRESSED, held[:, 1] - PREFIX_BYTES, sizes)
