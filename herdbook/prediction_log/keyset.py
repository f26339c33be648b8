"""The keys of a segment's records as a Bloom filter: an object beside the segment, far smaller than it.

A Bloom filter (Bloom 1970) never denies a key that is there, and takes one in a hundred that is not. The
object is the magic, then the bits. Places are drawn from two checksums of the key's UTF-8, mixed as
SplitMix64 does (Steele, Lea and Flood 2014).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from crc32c import crc32c
from numpy.typing import NDArray

from herdbook.errors import FormatUnknownError

MAGIC = b"HERDKEY\x01"
SUFFIX = ".keys"
BITS_PER_KEY = 10
HASHES = 7
"""Best for ten bits a key: ten times the natural logarithm of 2."""


def build(keys: Sequence[str]) -> bytes:
    """Build the filter of different keys."""
    n_bytes = max(8, -(-len(keys) * BITS_PER_KEY // 8))
    bits = np.zeros(n_bytes * 8, dtype=np.uint8)
    bits[_places(keys, n_bytes * 8).ravel()] = 1
    return MAGIC + np.packbits(bits).tobytes()


def may_contain(name: str, body: bytes, key: str) -> bool:
    """Tell whether the filter stored under a name may be of keys among which is this one.

    Raises
    ------
    FormatUnknownError
        It is no filter, or of another format.
    """
    if not body.startswith(MAGIC) or len(body) == len(MAGIC):
        raise FormatUnknownError(name, got=body[: len(MAGIC)], expected=f"a filter that begins {MAGIC!r}")
    bits = np.frombuffer(body, dtype=np.uint8, offset=len(MAGIC))
    places = _places([key], len(bits) * 8)[0]
    return bool(np.all(bits[places >> 3] >> (7 - (places & 7)).astype(np.uint8) & 1))


def _places(keys: Sequence[str], n_bits: int) -> NDArray[np.int64]:
    """Draw the places of each key, shape (n_keys, HASHES)."""
    texts = [key.encode() for key in keys]
    low = np.array([crc32c(text) for text in texts], dtype=np.uint64)
    high = np.array([zlib.crc32(text) for text in texts], dtype=np.uint64)
    first = _mixed(low | high << np.uint64(32))
    step = _mixed(first) | np.uint64(1)
    nth = np.arange(HASHES, dtype=np.uint64)
    return ((first[:, None] + step[:, None] * nth) % np.uint64(n_bits)).astype(np.int64)


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
