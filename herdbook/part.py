"""Parts: a file of any size in the ledger, whose objects hold at most 8 MiB each."""

from __future__ import annotations

from collections.abc import Callable

from herdbook.ledger import MAX_OBJECT_BYTES, Ledger

KeyOf = Callable[[str], str]
"""Gives the key of a file's name, or of the name of one of its parts."""


def write_parts(ledger: Ledger, key_of: KeyOf, name: str, content: bytes) -> None:
    """Write a file under its own name, or in numbered parts if it is larger than an object may be."""
    for n, part in enumerate(_part_names(name, len(content))):
        start = n * MAX_OBJECT_BYTES
        ledger.create(key_of(part), content[start : start + MAX_OBJECT_BYTES])


def read_parts(ledger: Ledger, key_of: KeyOf, name: str, *, size_bytes: int) -> bytes:
    """Read a file of this size that `write_parts` wrote.

    Raises
    ------
    KeyMissingError
        The file or one of its parts is missing.
    """
    return b"".join(ledger.get(key_of(part)) for part in _part_names(name, size_bytes))


def _part_names(name: str, size_bytes: int) -> list[str]:
    if size_bytes <= MAX_OBJECT_BYTES:
        return [name]
    return [f"{name}.part-{n:04d}" for n in range(-(-size_bytes // MAX_OBJECT_BYTES))]
