"""What a body of columns may hold, unpacked: checked from what it declares, before anything is unpacked."""

from __future__ import annotations

from typing import NamedTuple

EXPANSION = 4
"""Unpacked, the values of a body may have so many times the bytes that the body itself may have."""

MOST_COLUMNS = 2_000
"""Twice the features that a dataset may have."""

MOST_PIECES = 10_000
"""Batches of a stream, or pages and chunks of a Parquet file: each is looked at one by one."""


class Limits(NamedTuple):
    """What one request may bring.

    Attributes
    ----------
    max_records
        Most rows.
    max_body_bytes
        Most bytes of a body as it arrives.
    """

    max_records: int
    max_body_bytes: int

    @property
    def max_plain_bytes(self) -> int:
        """Most bytes of all values, unpacked."""
        return EXPANSION * self.max_body_bytes
