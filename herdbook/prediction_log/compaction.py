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
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import pyarrow as pa

from herdbook import keys
from herdbook.errors import HerdbookError, PredictionLogError, StoreAwayError
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


logger = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def _left_alone(_url: str, _dataset: str) -> set[str]:
    """Give the places of segments, and the names of groups, that this process has tried to merge in vain."""
    return set()


def merge_some(ledger: Ledger, dataset: str) -> bool:
    """Merge one group of small segments; False if there is none.

    A segment that cannot be read is named once, and left out of what is merged.
    """
    index, alone = SegmentIndex(ledger, dataset), _left_alone(ledger.url, dataset)
    live = index.live()
    for date in sorted(_dates_to_look_at(live)):
        segments = [each for each in index.of_date(date, live) if each.place not in alone]
        for group in _groups(segments):
            if _name_of(group) in alone:
                continue
            if _merge(ledger, dataset, group):
                return True
            alone.add(_name_of(group))
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
    tables = {each: table for each in group if (table := _read(ledger, dataset, each)) is not None}
    # the dataset's features may have changed in the middle of the day
    schemas = Counter(table.schema for table in tables.values()).most_common(1)
    if not schemas or schemas[0][1] < 2:
        return False
    old = [each for each, table in tables.items() if table.schema == schemas[0][0]]
    name = _name_of(old)
    new = Shelf(ledger, dataset).put(name, in_order([tables[each] for each in old]))
    if sum(each.rows for each in new) != sum(each.rows for each in old):
        raise PredictionLogError(name, problem="its segments do not hold the rows listed", cure="report this")
    if len(new) >= len(old):
        return False
    SegmentIndex(ledger, dataset).replace(old, new, source=name)
    return True


def _name_of(group: Sequence[SegmentEntry]) -> str:
    return "merged-" + hashlib.sha256("\n".join(each.place for each in group).encode()).hexdigest()[:32]


def _read(ledger: Ledger, dataset: str, segment: SegmentEntry) -> pa.Table | None:
    """Read a segment; None if that cannot be done, which does not keep the others from being merged."""
    try:
        return _whole(ledger, keys.segment(dataset, segment.date, segment.name), segment.rows)
    except StoreAwayError:
        raise
    except HerdbookError as error:
        _left_alone(ledger.url, dataset).add(segment.place)
        logger.warning("A segment of the prediction log cannot be merged: %s", error)
        return None


def _whole(ledger: Ledger, key: str, n_rows: int) -> pa.Table:
    try:
        table = read_segment(key, ledger.get(key))
    except (pa.ArrowException, OSError) as error:  # its footer is whole, what it tells of is not
        problem = f"its rows cannot be read: {error}"
        raise PredictionLogError(key, problem=problem, cure="restore the object") from None
    if table.num_rows != n_rows:
        problem = f"it holds {table.num_rows} rows, and the index lists {n_rows}"
        raise PredictionLogError(key, problem=problem, cure="restore the object")
    return table
