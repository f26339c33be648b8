"""Measure the CPU-seconds of a first and a second `herdbook up`: `python -m benchmarks.up [--dataset NAME]`.

Each run starts on free ports, is stopped as by Ctrl-C once the service is ready, and is charged for every
process under it: the kernel adds up what each ended child used, and this process adopts orphans, so that none
is missed. The first run has an empty ledger, the second the ledger that the first one left.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
BUDGETS_S = (150.0, 20.0)  # CPU-seconds that the first and the second run may cost
READY_S, STOP_S = 600.0, 60.0
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Cost(NamedTuple):
    """What one run cost."""

    cpu_s: float
    ready_after_s: float


def main() -> int:
    """Measure both runs and print them; answer 1 if one is over its budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dataset", default="animals", help="dataset to bring up")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="herdbook-up-") as folder:
        costs = [measure(options.dataset, Path(folder)) for _ in BUDGETS_S]
    if options.json:
        print(json.dumps({"dataset": options.dataset, "runs": [cost._asdict() for cost in costs]}))
    for name, cost, budget_s in zip(("first", "second"), costs, BUDGETS_S, strict=True):
        if not options.json:
            seconds = (
                f"{cost.cpu_s:6.1f} CPU-seconds of {budget_s:.0f}, ready after {cost.ready_after_s:.1f} s"
            )
            print(f"{options.dataset}, {name:6} up: {seconds}")
    return int(any(cost.cpu_s > budget_s for cost, budget_s in zip(costs, BUDGETS_S, strict=True)))


def adopt_orphans() -> None:
    """Make processes whose parent ends first children of this one, where the system can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(dataset: str, folder: Path) -> Cost:
    """Bring the dataset up once, stop it, and return what that cost."""
    port, data_port = free_ports()
    ours = {
        "HERDBOOK_LEDGER": str(folder / "ledger"),
        "HERDBOOK_STATE": str(folder / "state"),
        "BENTOML_HOME": str(folder / "bentoml"),
        "HERDBOOK_PORT": str(port),
        "HERDBOOK_DATA_PORT": str(data_port),
    }
    begin_cpu_s, begin = used_s(), time.monotonic()
    command = [sys.executable, "-m", "cli", "up", "--dataset", dataset]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | ours, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_ready(process, port, folder / "up.log")
        ready_after_s = time.monotonic() - begin
        time.sleep(1)  # let it say where it answers, as a person would
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_S)
    reap_orphans()
    return Cost(round(used_s() - begin_cpu_s, 2), round(ready_after_s, 2))


def used_s() -> float:
    """Return the CPU-seconds of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def reap_orphans() -> None:
    """Collect the children that were adopted and have ended; one that goes on running is an error."""
    deadline = time.monotonic() + STOP_S
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0 and time.monotonic() > deadline:
            sys.exit("a process outlived `herdbook up` by a minute: it left an orphan")
        if pid == 0:
            time.sleep(0.1)


def wait_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the service answers that it is ready."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"`herdbook up` did not become ready:\n{log.read_text(errors='replace')[-3000:]}")


def free_ports() -> tuple[int, int]:
    """Return two ports that were free a moment ago."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
