"""What a question to the history costs while the log grows: `python -m benchmarks.growth.history`.

Each question is asked in a new process, which has read nothing yet. Its CPU-seconds are told apart from those
of the start. The log spans thirty days; *busy* is one in which all rows were made on one day.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.growth.logged import CLASSES, DATASET, DAY_US, DAYS, FIRST_US, RARE_LABEL, write_log
from benchmarks.growth.measure import cpu_s, parse, show
from bentos.aside.loop import leave_out_pandas
from herdbook.ledger import open_ledger
from herdbook.prediction_log.history import history

SIZES = (10**4, 10**5, 10**6, 10**7)
QUICK = SIZES[:2]
DAY = 10
ASK = "--ask"


def questions(n_rows: int, days: int) -> dict[str, dict[str, Any]]:
    """Give questions about one day in the middle, or about the one day that there is."""
    start_us = FIRST_US + (DAY if days > 1 else 0) * DAY_US
    day = {"start_us": start_us, "end_us": start_us + DAY_US}
    some = n_rows * DAY // days + n_rows // (2 * days) if days > 1 else n_rows // 2
    noon = f"{(start_us + DAY_US // 2) // 1000:012x}"
    return {
        "newest 100": day,
        "newest 1,000": day | {"limit": 1_000},
        "100 before noon": day | {"before": f"{noon[:8]}-{noon[8:]}-7000-8000-000000000000"},
        "rare label": day | {"label": CLASSES[RARE_LABEL]},
        "one key": day | {"key": f"animal-{some}"},
        "no such key": day | {"key": "nobody"},
        "no such label": day | {"label": "unicorn"},
    }


def ask(url: str, asked: dict[str, Any]) -> None:
    """Ask one question in this process, and print what it cost."""
    leave_out_pandas()
    ledger = open_ledger(url)
    # what is imported when something is asked is not the question's
    history(open_ledger(url + "-none"), Path("none"), DATASET)
    start_s = time.process_time()
    seconds, page = cpu_s(lambda: history(ledger, Path("none"), DATASET, **asked))
    print(json.dumps({"rows": len(page.rows), "CPU s": round(seconds, 4), "start, CPU s": round(start_s, 3)}))


def measure(n_rows: int, days: int) -> list[dict[str, Any]]:
    """Write a log and ask every question of it."""
    with tempfile.TemporaryDirectory() as scratch:
        url = f"{scratch}/ledger"
        write_s, _ = cpu_s(lambda: write_log(open_ledger(url), n_rows, days=days))
        print(f"{n_rows:,} rows over {days} days: written in {write_s:.1f} CPU-seconds", file=sys.stderr)
        about = {"logged": n_rows, "log": f"{days} days" if days > 1 else "busy"}
        asked = questions(n_rows, days)
        return [{**about, "question": name, **_asked(url, each)} for name, each in asked.items()]


def _asked(url: str, asked: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth.history", ASK, url, json.dumps(asked)]
    found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def main() -> None:
    """Measure every size."""
    wanted = parse(__doc__, sizes=SIZES, quick=QUICK)
    rows = [row for size in wanted.sizes for days in (DAYS, 1) for row in measure(size, days)]
    show(rows, to=wanted.json)


if __name__ == "__main__":
    if ASK in sys.argv:
        ask(sys.argv[2], json.loads(sys.argv[3]))
    else:
        main()
