"""What every ledger does, wherever it keeps its objects."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import NamedTuple, Protocol

from herdbook.errors import KeyTakenError, ObjectTooLargeError
from herdbook.keys import check_key

MAX_OBJECT_BYTES = 8 * 2**20
"""Largest object: one single PUT on every S3 server, and one answer that fits in memory."""


class Entry(NamedTuple):
    """What is known of a stored object without reading it."""

    key: str
    size_bytes: int


class Ledger(Hashable, Protocol):
    """A write-once book.

    Every method may be called from any thread, and raises `StoreAwayError` while the store is away.
    """

    url: str
    """Where the book is, as it was opened; holds no credentials."""

    def create(self, key: str, body: bytes) -> None:
        """Store the body under a key that is free; durable on return.

        The same bytes again are a success: a lost answer and a retry look the same. Writers that compete for
        a key must put a nonce into the body.

        Raises
        ------
        KeyTakenError
            The key holds other bytes.
        KeyInvalidError, ObjectTooLargeError
            The key or the body may not stand in a ledger.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes under the key.

        Raises
        ------
        KeyMissingError
            Nothing is stored there.
        """
        ...

    def list(self, prefix: str, *, after: str = "") -> Iterator[Entry]:
        """Iterate over the objects in a folder and below with keys > `after`, sorted by bytes."""
        ...

    def stat(self, key: str) -> Entry | None:
        """Return the entry of the key, or None if nothing is stored there."""
        ...


def check_object(key: str, body: bytes) -> None:
    """Refuse a key or a body that no ledger may hold."""
    check_key(key)
    if len(body) > MAX_OBJECT_BYTES:
        raise ObjectTooLargeError(key, size_bytes=len(body), limit_bytes=MAX_OBJECT_BYTES)


def check_same(key: str, held: bytes, body: bytes) -> None:
    """Tell a writer's own earlier success from a competitor's: other bytes are a conflict."""
    if held != body:
        raise KeyTakenError(key)


def without_secrets(url: str) -> str:
    """Leave out of a URL what may be a secret: whatever stands before the host, and the query.

    >>> without_secrets("s3://ada:pass@herd/book?endpoint=http://127.0.0.1:9000")
    's3://…@herd/book'
    """
    return re.sub(r"//.*@", "//…@", url.partition("?")[0])
