"""The ledger: a write-once book of small objects in a directory or an S3 bucket.

It knows create-only put, get, list and stat, and never deletes or overwrites; it does not know what the
objects mean.
"""

from herdbook.ledger.door import open_ledger
from herdbook.ledger.protocol import MAX_OBJECT_BYTES, Entry, Ledger

__all__ = ["MAX_OBJECT_BYTES", "Entry", "Ledger", "open_ledger"]
