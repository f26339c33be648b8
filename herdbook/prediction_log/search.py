"""Searching the segments for the newest rows that match, reading no more of them than must be.

Sheets hold segments, segments hold row groups. They wait in the order of their newest id; the one with the
newest is looked into next, if it can hold a wanted row at all, until no other can hold a newer row than those
found. What overlaps in time, as the segments of several workers do, is so read side by side.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from herdbook import keys
from herdbook.ledger import Ledger
from herdbook.prediction_log import keyset
from herdbook.prediction_log.entry import SegmentEntry, Sheet
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.parquet import group_bounds, open_segment
from herdbook.prediction_log.query import Bounds, Query, rows_to_dicts


class Newest:
    """The newest rows of those that are shown to it, each once, at most `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._rows: dict[str, dict[str, Any]] = {}
        self._oldest = ""

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take rows in."""
        self._rows.update((row["id"], row) for row in rows)
        surplus = len(self._rows) - self.limit
        for id_ in sorted(self._rows)[: max(0, surplus)]:
            del self._rows[id_]
        self._oldest = min(self._rows) if surplus >= 0 and self._rows else ""

    def has_room_for(self, id_: str) -> bool:
        """Tell whether a row of this id, or an older one, would be among them."""
        return id_ > self._oldest

    def rows(self) -> list[dict[str, Any]]:
        """Give them, newest first."""
        return [self._rows[id_] for id_ in sorted(self._rows, reverse=True)]


@dataclass(frozen=True)
class _Group:
    """A row group of an opened segment."""

    file: pq.ParquetFile
    number: int
    bounds: Bounds
    max_id: str


_Part = Sheet | SegmentEntry | _Group


class Search:
    """One search in the segments of a dataset."""

    def __init__(self, ledger: Ledger, dataset: str, query: Query) -> None:
        self._ledger = ledger
        self._dataset = dataset
        self._query = query
        self._index = SegmentIndex(ledger, dataset)

    def run(self, found: Newest) -> None:
        """Add the newest rows that match to those found elsewhere."""
        self._live = self._index.live()
        waiting: list[_Part] = []
        self._queue(waiting, [*self._live.sheets, *self._live.segments.values()])
        while waiting and found.has_room_for(waiting[-1].max_id):
            part = waiting.pop()
            if isinstance(part, _Group):
                found.add(self._rows_of(part, found.limit))
            else:
                self._queue(waiting, self._parts_of(part))

    def _queue(self, waiting: list[_Part], parts: Sequence[_Part]) -> None:
        for part in parts:
            if isinstance(part, _Group) or self._query.may_lie_in(part):
                insort(waiting, part, key=_newest_id)

    def _parts_of(self, part: Sheet | SegmentEntry) -> Sequence[_Part]:
        if isinstance(part, Sheet):
            return self._index.of_sheet(part, self._live)
        key = keys.segment(self._dataset, part.date, part.name)
        return list(self._groups_of(part, key)) if self._may_have_key(part, key) else []

    def _may_have_key(self, segment: SegmentEntry, key: str) -> bool:
        if self._query.key is None or segment.n_keys is None:
            return True
        name = key + keyset.SUFFIX
        return segment.n_keys > 0 and keyset.may_contain(name, self._ledger.get(name), self._query.key)

    def _groups_of(self, segment: SegmentEntry, key: str) -> Iterator[_Group]:
        file = open_segment(key, self._ledger.get(key))
        for number, bounds in enumerate(group_bounds(file)):
            if self._query.may_match(bounds):
                yield _Group(file, number, bounds, bounds.get("id", ("", segment.max_id))[1])

    def _rows_of(self, group: _Group, limit: int) -> list[dict[str, Any]]:
        places = np.arange(group.file.metadata.row_group(group.number).num_rows)[::-1][:limit]
        if not self._query.must_match(group.bounds):
            deciding = group.file.read_row_group(group.number, self._query.columns, use_threads=False)
            places = self._query.rows_of(deciding, limit)
        if not len(places):
            return []
        return rows_to_dicts(group.file.read_row_group(group.number, use_threads=False), places)


def _newest_id(part: _Part) -> str:
    return part.max_id
