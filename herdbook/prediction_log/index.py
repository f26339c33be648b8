"""The numbered index of live segments: what the ledger's prediction log consists of, and where to look.

Entry n is written, create-only, by whoever sealed or merged something, after entry n-1. What is live after
entry n is all that the entries up to n list, without what one of them replaces: a merge is one entry, so a
reader sees the small segments or the merged one, never both and never neither.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import ValidationError

from herdbook import document, keys
from herdbook.errors import FormatUnknownError, KeyTakenError
from herdbook.ledger import Ledger
from herdbook.prediction_log.checkpoint import (
    NOTHING,
    last_checkpoint,
    read_checkpoint,
    read_sheet,
    write_checkpoint,
    write_sheets,
)
from herdbook.prediction_log.entry import CLOCK_SLACK_US, Checkpoint, IndexEntry, SegmentEntry, Sheet
from herdbook.prediction_log.numbered import last_number

__all__ = ["CLOCK_SLACK_US", "IndexEntry", "Live", "SegmentEntry", "SegmentIndex"]

CHECKPOINT_ENTRIES = 128
"""After so many entries a checkpoint pays: reading them costs more than reading it."""

CACHED_ENTRIES = 8_192
CACHED_SEGMENTS = 32_768
"""Sheets that a process keeps list so many segments at most, which take 50 MB."""

FORMATS = (1, 2)


@dataclass
class _Known:
    """What this process has read of an index; nothing of it changes, and the last numbers only move on."""

    entries: dict[int, IndexEntry] = field(default_factory=dict)
    sheets: dict[str, tuple[SegmentEntry, ...]] = field(default_factory=dict)
    last: int = 0
    checkpoint: tuple[int, Checkpoint] = (0, NOTHING)

    def keep_sheet(self, sha256: str, segments: tuple[SegmentEntry, ...]) -> None:
        """Keep a sheet, in the place of those that were read first; other threads may do so, too."""
        kept = list(self.sheets.items())
        n_over = sum(len(each) for _, each in kept) + len(segments) - CACHED_SEGMENTS
        for oldest, each in kept:
            if n_over <= 0:
                break
            n_over -= len(each)
            self.sheets.pop(oldest, None)
        self.sheets[sha256] = segments

    def keep_entry(self, number: int, entry: IndexEntry) -> None:
        """Keep an entry, in the place of those that were read first."""
        if len(self.entries) >= CACHED_ENTRIES:
            self.forget(list(self.entries)[: CACHED_ENTRIES // 2])
        self.entries[number] = entry

    def keep_checkpoint(self, number: int, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint instead of the one before, and of the entries that it sums up."""
        self.checkpoint = (number, checkpoint)
        self.forget([each for each in list(self.entries) if each <= checkpoint.through])

    def forget(self, numbers: Sequence[int]) -> None:
        """Forget entries; whoever asks for one reads it again."""
        for number in numbers:
            self.entries.pop(number, None)


@lru_cache(maxsize=64)
def _known(_url: str, _dataset: str) -> _Known:
    return _Known()


@dataclass(frozen=True)
class Live:
    """What was live after entry `last`.

    Attributes
    ----------
    sheets
        Those of the latest checkpoint, which covers the entries up to `through`.
    segments
        Live ones of the entries after it, by their place.
    replaced
        Places that those entries replace; sheets may still list them.
    """

    last: int
    through: int
    sheets: tuple[Sheet, ...]
    segments: dict[str, SegmentEntry]
    replaced: frozenset[str]


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

    def live(self) -> Live:
        """Tell what is live now."""
        checkpoint = self._checkpoint()[1]
        last = self._last(checkpoint.through)
        tail = [self._entry(number) for number in range(checkpoint.through + 1, last + 1)]
        replaced = frozenset(place for entry in tail for place in entry.replaces)
        listed = (segment for entry in tail for segment in entry.segments)
        segments = {each.place: each for each in listed if each.place not in replaced}
        return Live(last, checkpoint.through, checkpoint.sheets, segments, replaced)

    def of_sheet(self, sheet: Sheet, live: Live) -> list[SegmentEntry]:
        """List the segments of a sheet that are still live."""
        return [each for each in self._sheet(sheet) if each.place not in live.replaced]

    def of_date(self, date: str, live: Live) -> list[SegmentEntry]:
        """List the live segments of a date."""
        sheets = (sheet for sheet in live.sheets if sheet.date == date)
        kept = [each for sheet in sheets for each in self.of_sheet(sheet, live)]
        return kept + [each for each in live.segments.values() if each.date == date]

    def add(self, segments: Sequence[SegmentEntry], *, source: str, since_us: int | None) -> None:
        """List the segments of a spool file, unless an earlier attempt, not before `since_us`, did so.

        None for `since_us` says that there was none.
        """
        if since_us is not None and any(entry.source == source for entry in self._back_to(since_us)):
            return
        while not self._write(self._last() + 1, _entry_of(segments, source)):
            pass

    def replace(self, old: Sequence[SegmentEntry], new: Sequence[SegmentEntry], *, source: str) -> bool:
        """List segments instead of others that hold the same rows; False if one of those is live no more."""
        places = frozenset(each.place for each in old)
        while True:
            live = self.live()
            if not places <= {each.place for each in self.of_date(old[0].date, live)}:
                return False
            if self._write(live.last + 1, _entry_of(new, source, replaces=tuple(sorted(places)))):
                return True

    def checkpoint(self, *, after: int = CHECKPOINT_ENTRIES) -> bool:
        """Write a checkpoint if there are so many entries since the last one; tells whether there were."""
        number, live = self._checkpoint()[0], self.live()
        if live.last - live.through < after:
            return False
        by_date: dict[str, list[SegmentEntry]] = {each[:10]: [] for each in live.replaced}
        for segment in live.segments.values():
            by_date.setdefault(segment.date, []).append(segment)
        kept = [sheet for sheet in live.sheets if sheet.date not in by_date]
        for sheet in live.sheets:
            if sheet.date in by_date:
                by_date[sheet.date] += self.of_sheet(sheet, live)
        listed = (write_sheets(self._ledger, self._dataset, by_date[date]) for date in sorted(by_date))
        made = [sheet for sheets in listed for sheet in sheets]
        sheets = tuple(sorted(kept + made, key=lambda sheet: (sheet.date, sheet.min_id)))
        write_checkpoint(
            self._ledger, self._dataset, number + 1, Checkpoint(through=live.last, sheets=sheets)
        )
        return True

    def _back_to(self, time_us: int) -> Iterator[IndexEntry]:
        for entry in self.newest_first():
            if entry.newest_us < time_us:
                return
            yield entry

    def _write(self, number: int, entry: IndexEntry) -> bool:
        """Write an entry; False if somebody else took its number."""
        body = entry.model_dump_json().encode()
        try:
            self._ledger.create(keys.segment_index(self._dataset, number), body)
        except KeyTakenError:
            return False
        return True

    def _checkpoint(self) -> tuple[int, Checkpoint]:
        number, found = self._known.checkpoint
        latest = last_checkpoint(self._ledger, self._dataset, number)
        if latest != number:
            found = read_checkpoint(self._ledger, self._dataset, latest)
            self._known.keep_checkpoint(latest, found)
        return latest, found

    def _sheet(self, sheet: Sheet) -> tuple[SegmentEntry, ...]:
        found = self._known.sheets.get(sheet.sha256)
        if found is None:
            found = read_sheet(self._ledger, self._dataset, sheet)
            self._known.keep_sheet(sheet.sha256, found)
        return found

    def _entry(self, number: int) -> IndexEntry:
        found = self._known.entries.get(number)
        if found is None:
            found = self._read(keys.segment_index(self._dataset, number))
            self._known.keep_entry(number, found)
        return found

    def _read(self, key: str) -> IndexEntry:
        held = document.read(self._ledger, key, formats=FORMATS)
        try:
            return IndexEntry.model_validate(held)
        except ValidationError:
            raise FormatUnknownError(key, got="not an index entry", expected="an index entry") from None

    def _last(self, known: int = 0) -> int:
        found = last_number(self._exists, max(known, self._known.last))
        self._known.last = max(found, self._known.last)
        return found

    def _exists(self, number: int) -> bool:
        return self._ledger.stat(keys.segment_index(self._dataset, number)) is not None


def _entry_of(segments: Sequence[SegmentEntry], source: str, *, replaces: tuple[str, ...] = ()) -> IndexEntry:
    return IndexEntry(
        format=2 if replaces else 1,
        time_us=time.time_ns() // 1000,
        source=source,
        nonce=secrets.token_hex(8),
        segments=tuple(segments),
        replaces=replaces,
    )
