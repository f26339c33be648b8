"""What is asked of the history, and which rows, row groups, segments and sheets can answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from herdbook.prediction_log.entry import Reach

Bounds = dict[str, tuple[Any, Any]]
"""Least and greatest value of columns; one that is not in it is not known."""

EQUAL = ("label", "model", "key", "id")


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

    @property
    def columns(self) -> list[str]:
        """The columns that decide."""
        timed = self.start_us is not None or self.end_us is not None
        is_id_asked = self.before is not None and self.id is None
        return [*self._equal, *(["time_us"] if timed else []), *(["id"] if is_id_asked else [])]

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

    def may_lie_in(self, reach: Reach) -> bool:
        """Tell whether a wanted row can be in a segment, or in a sheet of them."""
        named = ((self.label, reach.labels), (self.model, reach.models))
        if any(wanted is not None and known is not None and wanted not in known for wanted, known in named):
            return False
        times, ids = (reach.min_time_us, reach.max_time_us), (reach.min_id, reach.max_id)
        return self.may_match({"time_us": times, "id": ids})

    def may_match(self, bounds: Bounds) -> bool:
        """Tell whether a row within these bounds can be wanted."""
        for name in self._equal:
            low, high = bounds.get(name, (None, None))
            if low is not None and not low <= getattr(self, name) <= high:
                return False
        earliest, latest = bounds.get("time_us", (None, None))
        first_id, _ = bounds.get("id", (None, None))
        return not (
            (self.start_us is not None and latest is not None and latest < self.start_us)
            or (self.end_us is not None and earliest is not None and earliest >= self.end_us)
            or (self.before is not None and first_id is not None and first_id >= self.before)
        )

    def must_match(self, bounds: Bounds) -> bool:
        """Tell whether every row within these bounds is wanted; no column need be looked at then."""
        if self._equal or not {"time_us", "id"} <= bounds.keys():
            return False
        (earliest, latest), (_, last_id) = bounds["time_us"], bounds["id"]
        return (
            (self.start_us is None or self.start_us <= earliest)
            and (self.end_us is None or latest < self.end_us)
            and (self.before is None or last_id < self.before)
        )

    @property
    def _equal(self) -> list[str]:
        return [name for name in EQUAL if getattr(self, name) is not None]


def rows_to_dicts(table: pa.Table, places: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Turn some rows of a table into plain Python values."""
    rows: list[dict[str, Any]] = table.take(pa.array(places)).to_pylist(maps_as_pydicts="strict")
    return rows
