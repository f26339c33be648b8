"""What is asked of the history, and which rows, segments and entries can answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from herdbook.prediction_log.index import IndexEntry, SegmentEntry

ASKED_COLUMNS = ["id", "time_us", "label", "model", "key"]


@dataclass(frozen=True)
class Query:
    """Which predictions are wanted; None means any. `before` excludes the id itself and all newer ones."""

    start_us: int | None = None
    end_us: int | None = None
    label: str | None = None
    model: str | None = None
    key: str | None = None
    id: str | None = None
    before: str | None = None

    def rows_of(self, table: pa.Table, limit: int) -> NDArray[np.int64]:
        """Find the newest rows of a table in the order of ids that match, at most `limit` of them."""
        tests = [pc.equal(table[name], getattr(self, name)) for name in self._equal]
        if self.start_us is not None:
            tests.append(pc.greater_equal(table["time_us"], self.start_us))
        if self.end_us is not None:
            tests.append(pc.less(table["time_us"], self.end_us))
        if self.before is not None:
            tests.append(pc.less(table["id"], self.before))
        mask = np.ones(table.num_rows, dtype=bool)
        for test in tests:
            mask &= test.fill_null(False).to_numpy()
        return np.flatnonzero(mask)[::-1][:limit]

    def may_hold(self, segment: SegmentEntry) -> bool:
        """Tell whether a segment can hold a wanted row."""
        if self.id is not None and not segment.min_id <= self.id <= segment.max_id:
            return False
        if self.label is not None and self.label not in segment.labels:
            return False
        if self.model is not None and self.model not in segment.models:
            return False
        return self._overlaps(segment)

    def _overlaps(self, segment: SegmentEntry) -> bool:
        return not (
            (self.start_us is not None and segment.max_time_us < self.start_us)
            or (self.end_us is not None and segment.min_time_us >= self.end_us)
            or (self.before is not None and segment.min_id >= self.before)
        )

    def may_lie_before(self, entry: IndexEntry) -> bool:
        """Tell whether a wanted row can be in this entry or in one before it."""
        if self.id is not None and time_us_of(self.id) > entry.newest_us:
            return False
        return self.start_us is None or self.start_us <= entry.newest_us

    @property
    def _equal(self) -> list[str]:
        return [name for name in ("label", "model", "key", "id") if getattr(self, name) is not None]


def time_us_of(id_: str) -> int:
    """Read the time of a UUIDv7, in microseconds; its resolution is a millisecond."""
    return int(id_[:8] + id_[9:13], 16) * 1000


def rows_to_dicts(table: pa.Table, places: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Turn some rows of a table into plain Python values."""
    rows: list[dict[str, Any]] = table.take(pa.array(places)).to_pylist(maps_as_pydicts="strict")
    return rows
