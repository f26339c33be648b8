"""What the prediction log costs: appends per second with fdatasync, CPU per row, sealing, and history.

Run it from the root of the repository: `python -m benchmarks.prediction_log`.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from bentos.write_ahead import WriteAheadLog
from herdbook.dataset import Dataset, load_dataset
from herdbook.ledger import open_ledger
from herdbook.prediction_log.history import history
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import spool_files
from tests.fixtures.log import answers_of, logged_of

ROOT = Path(__file__).parents[1]
ROUNDS = ((1, 1, 1_000), (16, 1, 10_000), (64, 1, 30_000), (8, 256, 1_000))


def timed(name: str, n: int, call: Callable[[], Any]) -> Any:
    """Call once, and print wall and CPU time per thing."""
    started_s, cpu_s = time.perf_counter(), time.process_time()
    found = call()
    wall_s, cpu_s = time.perf_counter() - started_s, time.process_time() - cpu_s
    print(f"{name:48} {n / wall_s:10,.0f} /s {cpu_s / n * 1e6:8.2f} us CPU each")
    return found


async def append_all(log: WriteAheadLog, dataset: Dataset, *, clients: int, rows: int, appends: int) -> None:
    """Append with so many clients, each of which waits for its acknowledgement."""
    answers = answers_of(rows)

    async def client() -> None:
        for _ in range(appends // clients):
            await log.append(logged_of(rows, dataset=dataset, answers=answers))

    await asyncio.gather(*[client() for _ in range(clients)])


def measure(scratch: Path) -> None:
    """Measure every round, then seal and query what the last one wrote."""
    dataset = load_dataset(ROOT / "datasets" / "animals.toml")
    for clients, rows, appends in ROUNDS:
        folder = scratch / f"{clients}-{rows}"
        log = WriteAheadLog(folder, dataset)
        work = append_all(log, dataset, clients=clients, rows=rows, appends=appends)
        timed(f"append: {clients} clients, {rows} rows each", appends, lambda work=work: uvloop.run(work))
        log.close()
    files = spool_files(folder / dataset.name)
    ledger = open_ledger(str(folder / "ledger"))
    n_rows = rows * appends
    size_bytes = sum(path.stat().st_size for path in files)
    history(ledger, folder / "none", dataset)
    timed("history, first look at the spool: rows", n_rows, lambda: history(ledger, folder, dataset))
    timed("history, next look: queries", 1, lambda: history(ledger, folder, dataset))
    timed("seal: rows", n_rows, lambda: [seal_file(ledger, path) for path in files])
    timed("history in segments: queries", 1, lambda: history(ledger, folder, dataset))
    stored_bytes = sum(path.stat().st_size for path in (folder / "ledger").rglob("*.parquet"))
    print(f"bytes per row: {size_bytes / n_rows:.0f} in the spool, {stored_bytes / n_rows:.0f} in segments")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        measure(Path(scratch))
