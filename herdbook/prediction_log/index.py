"""The numbered index of live segments: what the ledger's prediction log consists of, and where to look.

Entry n is written, create-only, by whoever sealed something, after entry n-1. An entry's `time_us` therefore
bounds all that it and the entries before it can hold: who reads back from the newest knows when to stop.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from herdbook import document, keys
from herdbook.errors import FormatUnknownError, KeyTakenError
from herdbook.ledger import Ledger

CLOCK_SLACK_US = 60_000_000
"""By how much the clocks of two machines that share a ledger may differ."""

CACHED_ENTRIES = 50_000


class SegmentEntry(BaseModel):
    """One segment: where it is and what can be in it."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    date: str
    name: str
    rows: int
    size_bytes: int
    min_id: str
    max_id: str
    min_time_us: int
    max_time_us: int
    models: tuple[str, ...]
    labels: tuple[str, ...]


class IndexEntry(BaseModel):
    """One entry: the segments of one sealed spool file, and the time at which they were listed."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    time_us: int
    source: str
    nonce: str
    segments: tuple[SegmentEntry, ...]

    @property
    def newest_us(self) -> int:
        """No prediction in this entry, or in one before it, was made later than this."""
        return self.time_us + CLOCK_SLACK_US


@dataclass
class _Known:
    """What this process has read of an index; entries never change, and the last one only moves on."""

    entries: dict[int, IndexEntry] = field(default_factory=dict)
    last: int = 0


@lru_cache(maxsize=64)
def _known(_url: str, _dataset: str) -> _Known:
    return _Known()


class SegmentIndex:
    """The index of one dataset's segments in one ledger."""

    def __init__(self, ledger: Ledger, dataset: str) -> None:
        self._ledger = ledger
        self._dataset = dataset
        self._known = _known(ledger.url, dataset)

    def newest_first(self) -> Iterator[IndexEntry]:
        """Walk the entries back from the newest."""
        for number in range(self._last(), 0, -1):
            yield self._entry(number)

    def add(self, segments: list[SegmentEntry], *, source: str, since_us: int) -> None:
        """List the segments of a spool file, unless an earlier attempt, not before `since_us`, did so."""
        if any(entry.source == source for entry in self._back_to(since_us)):
            return
        while True:
            number = self._last() + 1
            now_us = time.time_ns() // 1000
            entry = IndexEntry(
                time_us=now_us, source=source, nonce=secrets.token_hex(8), segments=tuple(segments)
            )
            try:
                self._ledger.create(
                    keys.segment_index(self._dataset, number), entry.model_dump_json().encode()
                )
            except KeyTakenError:
                continue
            return

    def _back_to(self, time_us: int) -> Iterator[IndexEntry]:
        for entry in self.newest_first():
            if entry.newest_us < time_us:
                return
            yield entry

    def _entry(self, number: int) -> IndexEntry:
        found = self._known.entries.get(number)
        if found is None:
            if len(self._known.entries) >= CACHED_ENTRIES:
                self._known.entries.clear()
            found = self._read(keys.segment_index(self._dataset, number))
            self._known.entries[number] = found
        return found

    def _read(self, key: str) -> IndexEntry:
        held = document.read(self._ledger, key)
        try:
            return IndexEntry.model_validate(held)
        except ValidationError:
            raise FormatUnknownError(key, got="not an index entry", expected="an index entry") from None

    def _last(self) -> int:
        """Find the highest number: numbers have no gaps, so leap ahead, then halve."""
        low, leap = self._known.last, 1
        while self._exists(low + leap):
            low, leap = low + leap, leap * 2
        high = low + leap
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._exists(middle) else (low, middle)
        self._known.last = max(low, self._known.last)
        return low

    def _exists(self, number: int) -> bool:
        return self._ledger.stat(keys.segment_index(self._dataset, number)) is not None
