"""One server with all of its processes: started on one core, measured, and stopped whatever becomes of us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from benchmarks.serving.absent import AbsentError

READY_S, STOP_S, SETTLE_S = 90.0, 3.0, 30.0
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
LOOK_S, IDLE_LOOKS, IDLE_SHARE = 0.1, 2, 0.2
"""A server is idle once it took less than a fifth of a core in two looks after each other."""

MIB = 2**20


@dataclass(frozen=True)
class Memory:
    """Memory of all processes of a server, in MiB; the proportional set counts what they share once."""

    resident_mib: float
    proportional_mib: float


def adopt_orphans() -> None:
    """Make processes whose parent ends first children of this one, so that none is missed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Server:
    """A server and all that it starts; used as a context, which stops it.

    Parameters
    ----------
    command, environment, cwd
        What is run, and where.
    core
        The one core that it and its children run on.
    log
        File for what it prints.
    """

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, core: int, log: Path
    ) -> None:
        self._command, self._environment, self._cwd = command, environment, cwd
        self._core, self._log = core, log
        self._others: Collection[int] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self.started_s = 0.0

    def __enter__(self) -> Self:
        """Start it; what runs below us already is not counted as its own."""
        self._others = {each.pid for each in psutil.Process().children(recursive=True)}
        self.started_s = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._tie,  # noqa: PLW1509 - no other thread runs now
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it in order, and what does not stop by force."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        _, left = psutil.wait_procs(self.processes(), timeout=1)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=STOP_S)
        self._process.wait(STOP_S)

    @property
    def output(self) -> str:
        """What it printed."""
        return self._log.read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """List its processes; they are all below us, since we adopt orphans."""
        below = psutil.Process().children(recursive=True)
        return [each for each in below if each.pid not in self._others]

    def require_alive(self) -> None:
        """Raise AbsentError with its last words if it has ended."""
        assert self._process is not None
        if self._process.poll() is not None:
            said = [line for line in self.output.splitlines() if line.strip()] or ["nothing"]
            raise AbsentError(f"its server ended with {self._process.returncode}: {said[-1][:300]}")

    def cpu_s(self) -> float:
        """CPU-seconds of its processes, and of those of their children that have ended."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                used = process.cpu_times()
                total += used.user + used.system + used.children_user + used.children_system
        return total

    def memory(self) -> Memory:
        """Measure the memory of its processes."""
        resident = proportional = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                found = process.memory_full_info()
                resident, proportional = resident + found.rss, proportional + found.pss
        return Memory(round(resident / MIB, 1), round(proportional / MIB, 1))

    def settle(self, *, looks: int = IDLE_LOOKS) -> float:
        """Wait until it rests for so many looks, with all worked off that was asked; give its CPU-seconds."""
        until_s, n_idle, used_s = time.monotonic() + SETTLE_S, 0, self.cpu_s()
        while n_idle < looks and time.monotonic() < until_s:
            before_s = self.cpu_s()
            time.sleep(LOOK_S)
            after_s = self.cpu_s()
            n_idle = n_idle + 1 if after_s - before_s < IDLE_SHARE * LOOK_S else 0
            used_s = after_s if n_idle < looks else used_s
        return used_s

    def _tie(self) -> None:
        """In the child: stay on one core, and end when the benchmark is killed."""
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        os.sched_setaffinity(0, {self._core})
