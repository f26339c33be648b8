"""A CSV file of predictions that a spreadsheet can open without running what stands in it."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ui.spreadsheet import harmless

MOST_ROWS = 100_000
TOLD_ROWS = 1_000
OWN = ("id", "time_utc", "label", "confidence")
REST = ("cluster", "membership", "outlier", "key", "model", "role", "request_id", "schema_hash")


def name_columns(features: Sequence[str], classes: Iterable[str]) -> list[str]:
    """Name the columns; a feature that is called as one of ours stands under `record.NAME`.

    >>> name_columns(["height", "label"], ["dog"])[-3:]
    ['schema_hash', 'height', 'record.label']
    """
    ours = [*OWN, *(f"probability_{name}" for name in sorted(set(classes))), *REST]
    return [*ours, *(f"record.{name}" if name in ours else name for name in features)]


def write_row(row: Mapping[str, Any], features: Sequence[str], classes: Iterable[str]) -> list[Any]:
    """Write one prediction in the order of the columns."""
    when = datetime.fromtimestamp(row["time_us"] / 1e6, UTC).isoformat(timespec="microseconds")
    told = {**row, "time_utc": when.replace("+00:00", "Z")}
    probabilities, record = row.get("probabilities") or {}, row.get("record") or {}
    ours = [told.get(name) for name in OWN]
    shares = [probabilities.get(name) for name in sorted(set(classes))]
    return [
        harmless(one)
        for one in [*ours, *shares, *(told.get(name) for name in REST), *map(record.get, features)]
    ]


async def write_file(
    path: Path, rows: AsyncIterator[Mapping[str, Any]], *, features: Sequence[str], classes: Sequence[str]
) -> AsyncIterator[tuple[int, bool]]:
    """Write at most `MOST_ROWS` rows into a file; give how many stand there, and whether more were left."""
    n_rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(name) for name in name_columns(features, classes)])
        async for row in rows:
            if n_rows == MOST_ROWS:
                yield n_rows, True
                return
            writer.writerow(write_row(row, features, classes))
            n_rows += 1
            if n_rows % TOLD_ROWS == 0:
                yield n_rows, False
    yield n_rows, False
