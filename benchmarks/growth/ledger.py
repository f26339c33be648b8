"""What listing a ledger costs while it grows: `python -m benchmarks.growth.ledger`.

Objects are put into the folder directly, since writing them as a ledger does costs a disk's patience and not
CPU. Each size is one folder of numbered objects, as generations, namings and entries of the index are; the
objects are entries of the prediction log's index, so what it costs to know what is live is measured, too.
"""

from __future__ import annotations

import tempfile
from datetime import date as date_of
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.growth.logged import FIRST_US
from benchmarks.growth.measure import cpu_s, parse, show
from herdbook import keys
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log.entry import IndexEntry, SegmentEntry
from herdbook.prediction_log.index import SegmentIndex

SIZES = (10**3, 10**4, 10**5)
QUICK = SIZES[:2]
PER_DAY = 1_000


def entry(number: int) -> bytes:
    """Make an entry of the index, of one segment."""
    date = str(date_of(2026, 1, 1) + timedelta(days=number // PER_DAY))
    segment = SegmentEntry(
        date=date,
        name=f"made-{number}.parquet",
        rows=1_000,
        size_bytes=50_000,
        min_id=f"{2 * number:032x}",
        max_id=f"{2 * number + 1:032x}",
        min_time_us=FIRST_US + 2 * number,
        max_time_us=FIRST_US + 2 * number + 1,
        models=("animals:3f2a9c01d4b7",),
        labels=("dog",),
        n_keys=0,
    )
    listed = IndexEntry(time_us=FIRST_US + 2 * number, source=str(number), nonce="0", segments=(segment,))
    return listed.model_dump_json().encode()


def fill(root: Path, n_objects: int) -> None:
    """Put so many entries into an index."""
    (root / keys.segment_index_folder("animals")).mkdir(parents=True)
    for number in range(1, n_objects + 1):
        (root / keys.segment_index("animals", number)).write_bytes(entry(number))


def fresh(ledger: Ledger) -> Ledger:
    """Give the ledger under another URL, under which this process has read nothing yet."""
    ledger.url += "/"
    return ledger


def measure(n_objects: int) -> dict[str, Any]:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch), n_objects)
        ledger = open_ledger(scratch)
        folder = keys.segment_index_folder("animals")
        middle = keys.segment_index("animals", n_objects - 100)
        list_s, n_all = cpu_s(lambda: sum(1 for _ in ledger.list(folder)))
        after_s, n_after = cpu_s(lambda: sum(1 for _ in ledger.list(folder, after=middle)))
        assert (n_all, n_after) == (n_objects, 100)
        live_s, _ = cpu_s(lambda: SegmentIndex(ledger, "animals").live())
        checkpoint_s, _ = cpu_s(lambda: SegmentIndex(ledger, "animals").checkpoint(after=1))
        again_s, live = cpu_s(lambda: SegmentIndex(fresh(ledger), "animals").live())
        assert sum(sheet.segments for sheet in live.sheets) == n_objects
        return {
            "objects": n_objects,
            "list all, CPU s": list_s,
            "list the last 100, CPU s": after_s,
            "index read by entries, CPU s": live_s,
            "checkpoint written, CPU s": checkpoint_s,
            "index read by checkpoint, CPU s": again_s,
        }


def main() -> None:
    """Measure every size."""
    wanted = parse(__doc__, sizes=SIZES, quick=QUICK)
    show([measure(size) for size in wanted.sizes], to=wanted.json)


if __name__ == "__main__":
    main()
