"""How cost grows, measured and written down: `python -m benchmarks.growth --help`.

Each measure runs in a process of its own, which is stopped when it, with all below it, has taken more CPU
time than it may. What came out is kept at once, so the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.growth.case import MEASURES, Case, list_cases
from benchmarks.growth.journal import Journal
from benchmarks.growth.page import PLOT, write_page
from benchmarks.growth.plot import draw
from benchmarks.growth.table import write_tables
from benchmarks.serving.environment import SLOWING

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MIN = 10.0
WATCH_S = 0.5
"""How often a tree of processes is looked at, which takes some milliseconds by itself."""

MIB = 2**20


@dataclass
class Taken:
    """What a process has taken, with all below it: CPU-seconds, and the most bytes of memory at once."""

    cpu_s: float = 0.0
    peak: float = 0.0

    def look(self, leader: psutil.Process) -> None:
        """Add up what can be seen now; pages that processes share count once."""
        for_now = 0.0, 0.0
        try:
            for each in (leader, *leader.children(recursive=True)):
                cpu_s, memory = sum(each.cpu_times()[:4]), each.memory_full_info().pss
                for_now = for_now[0] + cpu_s, for_now[1] + memory
        except psutil.Error:
            return  # one of them ended while it was looked at
        self.cpu_s, self.peak = max(self.cpu_s, for_now[0]), max(self.peak, for_now[1])

    def settle(self, usage: Any) -> None:
        """Take the system's own account of a process that ended, and of all that it waited for."""
        self.cpu_s = max(self.cpu_s, usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss * 1_024)


def run(case: Case, *, limit_s: float) -> dict[str, Any]:
    """Measure one case in a process of its own; give its rows, what it took, or why there are none."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "rows.json"
        command = [sys.executable, "-m", f"benchmarks.growth.{case.measure}", *case.arguments]
        log = (Path(scratch) / "log").open("w+")
        with log:
            child = subprocess.Popen(
                [*command, "--json", str(place)],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in SLOWING},
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
            taken, is_stopped = watch(child, limit_s=limit_s)
            log.seek(0)
            said = log.read().strip().splitlines()
        rows = json.loads(place.read_text()) if place.is_file() and not child.returncode else None
    record = {"cpu_s": round(taken.cpu_s, 2), "peak_mib": round(taken.peak / MIB, 1), "rows": rows}
    if is_stopped:
        record |= {"stopped_s": limit_s, "during": said[-1] if said else "start"}
    elif rows is None:
        record["failed"] = said[-1] if said else f"exit code {child.returncode}"
    return record


def watch(child: subprocess.Popen[Any], *, limit_s: float) -> tuple[Taken, bool]:
    """Wait for a child's end, or bring it about; give what it took, and whether it was stopped."""
    taken, leader, is_stopped = Taken(), psutil.Process(child.pid), False
    try:
        while True:
            number, status, usage = os.wait4(child.pid, os.WNOHANG)
            if number:
                break
            taken.look(leader)
            if taken.cpu_s > limit_s:
                is_stopped = True
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(WATCH_S)
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    child.returncode = os.waitstatus_to_exitcode(status)
    taken.settle(usage)
    return taken, is_stopped


def run_all(cases: Sequence[Case], journal: Journal, *, limit_s: float, total_s: float) -> list[Case]:
    """Measure what is not measured yet; give the cases that were left out, for want of time."""
    spent_s, left, ended = 0.0, [], set()
    for nth, case in enumerate(cases, start=1):
        if not journal.is_done(case, limit_s=limit_s):
            if (case.measure, case.series) in ended or spent_s >= total_s:
                left.append(case)
                continue
            say(f"[{nth}/{len(cases)}] {case.name}")
            record = run(case, limit_s=min(limit_s, total_s))
            journal.keep(case, record)
            spent_s += record["cpu_s"]
            say(f"    {record['cpu_s']:,.1f} CPU-seconds, {record['peak_mib']:,.0f} MiB{_why(record)}")
        if "stopped_s" in journal.found["runs"][case.name]:
            ended.add((case.measure, case.series))
    return left


def _why(record: Mapping[str, Any]) -> str:
    if "stopped_s" in record:
        return f": stopped during {record['during']!r}"
    return f": failed, {record['failed']}" if "failed" in record else ""


def say(text: str) -> None:
    """Say how it goes, beside what is printed as the result."""
    print(text, file=sys.stderr, flush=True)


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("measure", nargs="?", choices=(*MEASURES, "all"), default="all")
    parser.add_argument("--quick", action="store_true", help="one small size of each, below a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep figures here, and go on from there")
    parser.add_argument("--limit", type=float, default=LIMIT_MIN, metavar="MIN", help="CPU-minutes of a case")
    parser.add_argument(
        "--total", type=float, default=float("inf"), metavar="MIN", help="begin no case after so many"
    )
    parser.add_argument("--note", metavar="TEXT", help="what the page shall say of the circumstances")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="write page and plot of what is kept")
    options = parser.parse_args(arguments)
    options.json = options.json or ROOT / ".herdbook" / f"growth{'-quick' * options.quick}.json"
    return options


def main() -> int:
    """Measure what is asked for, and write it down; answer 130 for Ctrl-C."""
    options = read_options()
    journal = Journal(options.json)
    if options.note is not None:
        journal.found["note"] = options.note
        journal.write()
    measures = MEASURES if options.measure == "all" else (options.measure,)
    cases = list_cases(measures, is_quick=options.quick)
    try:
        run_all(cases, journal, limit_s=60 * options.limit, total_s=60 * options.total)
    except KeyboardInterrupt:
        say(f"stopped; the same command goes on where it was ({options.json})")
        return 130
    every = list_cases(MEASURES, is_quick=options.quick)
    if options.docs is None:
        print(write_tables(journal.found, every))
        return 0
    options.docs.mkdir(parents=True, exist_ok=True)
    (options.docs / "growth.md").write_text(write_page(journal.found, every))
    (options.docs / PLOT).write_text(draw(journal.found))
    say(f"written: {options.docs / 'growth.md'}, with its plot")
    return 0


if __name__ == "__main__":
    sys.exit(main())
