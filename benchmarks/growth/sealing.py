"""What sealing and the merging of small segments cost: `python -m benchmarks.growth.sealing`.

Each size is so many spool files, sealed as the sealer does: with few rows each, as a quiet service writes
them, and some with many. Then small segments are merged. The history is asked before and after.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth.logged import DATASET, FIRST_US, REQUEST_ROWS, ids_of
from benchmarks.growth.measure import cpu_s, parse, show
from bentos.aside.loop import leave_out_pandas
from herdbook.clusters import Assignment
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log.compaction import tidy
from herdbook.prediction_log.history import history
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.row import Logged, unpack_ids
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import SpoolFile, spool_files
from herdbook.predictor import Answers

SIZES = (64, 256, 1_024)
QUICK = SIZES[:1]
FEW, MANY = 32, 20_000
MANY_FILES = 8
CLASSES = ("chicken", "dog")


def spool(folder: Path, n_files: int, n_rows: int) -> None:
    """Write spool files of so many rows each, all of one day."""
    folder.mkdir()
    for nth in range(n_files):
        file = SpoolFile(folder, DATASET)
        places = np.arange(nth * n_rows, (nth + 1) * n_rows)
        file.append([_logged(places[cut : cut + REQUEST_ROWS]) for cut in range(0, n_rows, REQUEST_ROWS)])
        file.close()


def measure(n_files: int, n_rows: int) -> dict[str, Any]:
    """Seal so many files, then merge what is small."""
    with tempfile.TemporaryDirectory() as scratch:
        ledger, folder = open_ledger(f"{scratch}/ledger"), Path(scratch) / "spool"
        spool(folder, n_files, n_rows)
        files, total = spool_files(folder), n_files * n_rows
        history(ledger, folder / "none", DATASET)  # imports what a question takes
        began_s = time.perf_counter()
        seal_s, _ = cpu_s(lambda: [seal_file(ledger, path) for path in files])
        wall_s = time.perf_counter() - began_s
        before_s, _ = cpu_s(lambda: history(ledger, folder / "none", DATASET, label="dog", limit=1_000))
        n_before = segments(ledger)
        merge_s, _ = cpu_s(lambda: [None for _ in iter(lambda: tidy(ledger, DATASET.name), False)])
        after_s, _ = cpu_s(lambda: history(ledger, folder / "none", DATASET, label="dog", limit=1_000))
        return {
            "files": n_files,
            "rows each": n_rows,
            "sealed rows/CPU s": total / seal_s,
            "sealed rows/s": total / wall_s,
            "CPU ms a file": seal_s / n_files * 1e3,
            "segments": n_before,
            "merged to": segments(ledger),
            "merged rows/CPU s": total / merge_s if segments(ledger) < n_before else None,
            "query before, CPU s": before_s,
            "query after, CPU s": after_s,
        }


def segments(ledger: Ledger) -> int:
    """Count the live segments."""
    live = SegmentIndex(ledger, DATASET.name).live()
    kept = [SegmentIndex(ledger, DATASET.name).of_sheet(sheet, live) for sheet in live.sheets]
    return len(live.segments) + sum(map(len, kept))


def _logged(places: Any) -> Logged:
    n, times_us = len(places), FIRST_US + places * 1_000
    ids = [bytes(text).decode() for text in unpack_ids(ids_of(places, times_us))]
    plain = np.full(n, 0.5)
    assignment = Assignment(np.zeros(n, dtype=np.int64), plain, plain)
    answers = Answers(CLASSES, np.full((n, 2), 0.5), places % 2, plain, assignment)
    return Logged(
        ids=ids,
        time_us=int(times_us[0]),
        request_id=ids[0],
        keys=[f"animal-{place}" for place in places],
        model="animals:3f2a9c01d4b7",
        role="champion",
        schema_hash=DATASET.schema_hash,
        frame=np.zeros((n, len(DATASET.features))),
        answers=answers,
    )


def main() -> None:
    """Measure every size of files with few rows, and some files with many."""
    leave_out_pandas()
    wanted = parse(__doc__, sizes=SIZES, quick=QUICK)
    rows = [measure(size, FEW) for size in wanted.sizes]
    show([*rows, measure(MANY_FILES, MANY)], to=wanted.json)


if __name__ == "__main__":
    main()
