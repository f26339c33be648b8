"""Merging small segments of a date into one, so that a day costs its rows and not its sealings.

Segments are merged with others of their own size, sixteen or more at a time (as log-structured merge trees
do: O'Neil et al. 1996), so a row is written again at most once for each power of sixteen. The merged rows are
stored first, under a name that follows from what is merged; then one entry of the index puts them in the
place of the others. Whatever is interrupted may be done again; what was replaced stays in the ledger.

What is merged fits one object, and a merge that would leave as many segments as before is none: so merging
ends, however wide the rows are.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pyarrow as pa

from herdbook import keys
from herdbook.errors import PredictionLogError
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger
from herdbook.prediction_log.entry import SegmentEntry, Sheet
from herdbook.prediction_log.index import Live, SegmentIndex
from herdbook.prediction_log.parquet import read_segment
from herdbook.prediction_log.segment import Shelf
from herdbook.prediction_log.table import in_order

FAN = 16
"""So many segments of like size are merged, or more."""

MOST_AT_ONCE = 256
MERGED_ROWS = 65_536
FULL_ROWS = MERGED_ROWS // 2
"""A segment of so many rows is never merged again."""

MERGED_BYTES = MAX_OBJECT_BYTES
FULL_BYTES = MERGED_BYTES // 4
"""Nor is one of so many bytes, however few its rows: halves of what one object could not hold are larger."""


def merge_some(ledger: Ledger, dataset: str) -> bool:
    """Merge one group of small segments; False if there is none."""
    index = SegmentIndex(ledger, dataset)
    live = index.live()
    for date in sorted(_dates_to_look_at(live)):
        for group in _groups(index.of_date(date, live)):
            if _merge(ledger, dataset, group):
                return True
    return False


def tidy(ledger: Ledger, dataset: str) -> bool:
    """Merge one group of segments or write a checkpoint, whatever is due; False if nothing is."""
    return SegmentIndex(ledger, dataset).checkpoint() or merge_some(ledger, dataset)


def _dates_to_look_at(live: Live) -> set[str]:
    """Give the dates that something was sealed for lately, and those that were never merged."""
    return {each.date for each in live.segments.values()} | {
        sheet.date for sheet in live.sheets if sheet.segments > 4 * FAN and _is_of_small(sheet)
    }


def _is_of_small(sheet: Sheet) -> bool:
    if sheet.size_bytes is not None and sheet.size_bytes >= sheet.segments * FULL_BYTES // 8:
        return False
    return sheet.rows < sheet.segments * FULL_ROWS // 8


def _groups(segments: Sequence[SegmentEntry]) -> Iterator[list[SegmentEntry]]:
    """Part small segments of one date by size, and those of one size into what one segment can hold."""
    sizes: dict[int, list[SegmentEntry]] = defaultdict(list)
    for segment in sorted(segments, key=lambda each: each.min_id):
        if segment.rows < FULL_ROWS and segment.size_bytes < FULL_BYTES:
            sizes[(segment.rows.bit_length() - 1) // 4].append(segment)
    for size in sorted(sizes):
        if len(sizes[size]) >= FAN:
            yield from _filled(sizes[size])


def _filled(segments: Sequence[SegmentEntry]) -> Iterator[list[SegmentEntry]]:
    group: list[SegmentEntry] = []
    for segment in segments:
        if not _fits([*group, segment]):
            if len(group) > 1:
                yield group
            group = []
        group.append(segment)
    if len(group) > 1:
        yield group


def _fits(group: Sequence[SegmentEntry]) -> bool:
    """Tell whether one segment can hold them."""
    n_rows, n_bytes = sum(each.rows for each in group), sum(each.size_bytes for each in group)
    return len(group) <= MOST_AT_ONCE and n_rows <= MERGED_ROWS and n_bytes <= MERGED_BYTES


def _merge(ledger: Ledger, dataset: str, group: Sequence[SegmentEntry]) -> bool:
    tables = [_read(ledger, dataset, each) for each in group]
    # the dataset's features may have changed in the middle of the day
    (schema, n), *_ = Counter(table.schema for table in tables).most_common(1)
    if n < 2:
        return False
    old = [each for each, table in zip(group, tables, strict=True) if table.schema == schema]
    table = in_order([table for table in tables if table.schema == schema])
    name = "merged-" + hashlib.sha256("\n".join(each.place for each in old).encode()).hexdigest()[:32]
    new = Shelf(ledger, dataset).put(name, table)
    if sum(each.rows for each in new) != sum(each.rows for each in old):
        raise PredictionLogError(name, problem="its segments do not hold the rows listed", cure="report this")
    if len(new) >= len(old):
        return False
    SegmentIndex(ledger, dataset).replace(old, new, source=name)
    return True


def _read(ledger: Ledger, dataset: str, segment: SegmentEntry) -> pa.Table:
    key = keys.segment(dataset, segment.date, segment.name)
    return read_segment(key, ledger.get(key))
