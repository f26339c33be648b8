"""Reading predictions back, newest first: what is still in the spool and what the ledger holds."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa

from herdbook import keys
from herdbook.dataset import Dataset
from herdbook.ledger import Ledger
from herdbook.prediction_log.index import IndexEntry, SegmentEntry, SegmentIndex
from herdbook.prediction_log.query import ASKED_COLUMNS, Query, rows_to_dicts, time_us_of
from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.segment import read_segment
from herdbook.prediction_log.spool import spool_files, spool_folder
from herdbook.prediction_log.table import in_order, to_table

CACHED_FILES = 32


@dataclass(frozen=True)
class Page:
    """Some predictions, newest first; `next` is the `before` of the page after this one."""

    rows: list[dict[str, Any]]
    next: str | None


def history(  # noqa: PLR0913 - each argument is one filter of the route, and all are optional
    ledger: Ledger,
    spool: Path,
    dataset: Dataset,
    *,
    start_us: int | None = None,
    end_us: int | None = None,
    label: str | None = None,
    model: str | None = None,
    key: str | None = None,
    limit: int = 100,
    before: str | None = None,
) -> Page:
    """Give the newest predictions that match every filter.

    Parameters
    ----------
    start_us, end_us
        Made at or after, and before, this time (UTC, microseconds since 1970).
    limit
        Most rows of the page.
    before
        Only ids below this one: the `next` of the page before.
    """
    before = None if before is None else before.lower()
    query = Query(start_us=start_us, end_us=end_us, label=label, model=model, key=key, before=before)
    rows = _newest(ledger, spool, dataset.name, query, limit + 1)
    page = rows[:limit]
    return Page(page, page[-1]["id"] if len(rows) > limit and page else None)


def find_prediction(ledger: Ledger, spool: Path, dataset: Dataset, id: str) -> dict[str, Any] | None:
    """Find one prediction by its id, or None."""
    if (found := find_unsealed(spool, dataset, id)) is not None:
        return found
    try:
        query = Query(id=str(UUID(id)))
    except ValueError:
        return None
    rows = _newest(ledger, spool, dataset.name, query, 1)
    return rows[0] if rows else None


def find_unsealed(spool: Path, dataset: Dataset, id: str) -> dict[str, Any] | None:
    """Find one prediction that is still in the spool by its id, or None; the ledger is not asked."""
    try:
        query = Query(id=str(UUID(id)))
    except ValueError:
        return None
    for table in _spool_view(spool_folder(spool, dataset.name)).tables():
        if rows := rows_to_dicts(table, query.rows_of(table, 1)):
            return rows[0]
    return None


def _newest(ledger: Ledger, spool: Path, dataset: str, query: Query, limit: int) -> list[dict[str, Any]]:
    # Spool before index: a file that is sealed in between is then seen twice, never missed.
    found: dict[str, dict[str, Any]] = {}
    for table in _spool_view(spool_folder(spool, dataset)).tables():
        _add(found, rows_to_dicts(table, query.rows_of(table, limit)), limit)
    for entry in SegmentIndex(ledger, dataset).newest_first():
        if not query.may_lie_before(entry) or _is_settled(found, entry, limit):
            break
        for segment in entry.segments:
            if query.may_hold(segment) and not (len(found) >= limit and segment.max_id < min(found)):
                _add(found, _matching(ledger, dataset, segment, query, limit), limit)
    return [found[id_] for id_ in sorted(found, reverse=True)]


def _is_settled(found: dict[str, dict[str, Any]], entry: IndexEntry, limit: int) -> bool:
    """Tell whether neither this entry nor an earlier one can hold a newer row than those found."""
    return len(found) >= limit and time_us_of(min(found)) > entry.newest_us


def _add(found: dict[str, dict[str, Any]], rows: list[dict[str, Any]], limit: int) -> None:
    found.update((row["id"], row) for row in rows)
    for id_ in sorted(found)[: max(0, len(found) - limit)]:
        del found[id_]


def _matching(
    ledger: Ledger, dataset: str, segment: SegmentEntry, query: Query, limit: int
) -> list[dict[str, Any]]:
    name = keys.segment(dataset, segment.date, segment.name)
    body = ledger.get(name)
    places = query.rows_of(read_segment(name, body, ASKED_COLUMNS), limit)
    return rows_to_dicts(read_segment(name, body), places) if len(places) else []


class _SpoolView:
    """The rows of a spool folder; each file is read on from where the last look stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: dict[Path, tuple[SpoolReader, list[pa.Table]]] = {}

    def tables(self) -> list[pa.Table]:
        """Give one table per file, each in the order of ids."""
        with self._lock:
            files = spool_files(self._folder)
            tables = [table for path in files for table in self._read(path)]
            kept = set(files[-CACHED_FILES:])
            self._seen = {path: seen for path, seen in self._seen.items() if path in kept}
            return tables

    def _read(self, path: Path) -> list[pa.Table]:
        reader, tables = self._seen.setdefault(path, (SpoolReader(path), []))
        try:
            batches = reader.read()
        except FileNotFoundError:
            return []
        if reader.header is not None and batches:
            tables.append(to_table(reader.header, batches))
        if len(tables) > 1:
            tables[:] = [in_order(tables)]
        return tables


@lru_cache(maxsize=8)
def _spool_view(folder: Path) -> _SpoolView:
    return _SpoolView(folder)
