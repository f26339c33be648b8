"""Run one training and write down what it says and how it ends: `python keeper.py FOLDER LOCK COMMAND…`.

It is run by path, not imported: it outlives the worker that started it and stays light. It tells the starter
its number, leaves the starter's tree, and begins once the starter has written that number down. Each event of
the training gets the time at which it came; many small advances become one. The lock is a number of a file
that keeper and training hold open: while one of them lives, the lock says so.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

NICE = 5
"""Serving goes first."""

GRACE_S = 10.0
FLUSH_S = 0.2
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CHUNK_BYTES = 1 << 16


class Keeper:
    """The training as a child, and what is to be done when somebody wants it to end."""

    def __init__(self, folder: Path, lock: int, command: list[str]) -> None:
        self._folder, self._lock, self._command = folder, lock, command
        self._child: subprocess.Popen[bytes] | None = None
        self._was_asked = False

    def run(self) -> None:
        """Run the training to its end."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        self._child = child = self._start()
        if self._was_asked:
            self._stop()
        assert child.stdout is not None
        with (self._folder / "events.jsonl").open("ab", buffering=0) as out:
            relay(child.stdout.fileno(), out)
        code = child.wait()
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._end_strays(child.pid)
        shutil.rmtree(self._folder / "work", ignore_errors=True)
        self._write_end(code)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the starter's own command, no shell
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=(self._lock,),
            process_group=0,
            preexec_fn=_tether,  # noqa: PLW1509 - this process has one thread
        )

    def _stop(self, *_: object) -> None:
        self._was_asked = True
        if self._child is not None:
            # all of it: who holds its output open would keep the events from ending
            _signal_group(self._child.pid, signal.SIGTERM)
            signal.setitimer(signal.ITIMER_REAL, GRACE_S)

    def _kill(self, *_: object) -> None:
        if self._child is not None:
            _signal_group(self._child.pid, signal.SIGKILL)

    def _end_strays(self, group: int) -> None:
        """End what the training itself started and left: its workers end soon by themselves."""
        until = time.monotonic() + GRACE_S / 2
        is_left = _signal_group(group, signal.SIGTERM)
        while is_left and time.monotonic() < until:
            time.sleep(0.05)
            _reap()
            is_left = _signal_group(group, 0)
        if is_left:
            _signal_group(group, signal.SIGKILL)

    def _write_end(self, code: int) -> None:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = {
            "code": code,
            "was_asked": self._was_asked,
            "cpu_s": round(used.ru_utime + used.ru_stime, 2),
            "ended_us": time.time_ns() // 1000,
        }
        partial = self._folder / ".ended.json"
        partial.write_text(json.dumps(said))
        partial.replace(self._folder / "ended.json")


class Events:
    """Writes events with the time at which they came; advances that come at once are written as one."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._next_s = 0.0
        self.units = 0

    def take(self, line: bytes) -> None:
        """Take one line of the training; what is no event goes to the log."""
        try:
            event = json.loads(line)
        except ValueError:
            os.write(2, line + b"\n")
            return
        if event["event"] != "advance":
            self.flush()
            self._write(event)
            return
        self.units += event["units"]
        if time.monotonic() >= self._next_s:
            self.flush()

    def flush(self) -> None:
        """Write the advances that were held back."""
        if self.units:
            self._write({"event": "advance", "units": self.units})
            self.units = 0
            self._next_s = time.monotonic() + FLUSH_S

    def _write(self, event: dict[str, Any]) -> None:
        rest = memoryview((json.dumps({"at_us": time.time_ns() // 1000} | event) + "\n").encode())
        while rest:
            rest = rest[self._out.write(rest) :]


def relay(source: int, out: BinaryIO) -> None:
    """Write down every event until its writer has gone."""
    events, data = Events(out), b""
    while True:
        if not select.select([source], [], [], FLUSH_S if events.units else None)[0]:
            events.flush()
            continue
        if not (more := os.read(source, CHUNK_BYTES)):
            events.flush()
            return
        *whole, data = (data + more).split(b"\n")
        for line in whole:
            events.take(line)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; returns whether there is one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _reap() -> None:
    """Take note of the ends of all that became children of the keeper."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _ask_kernel(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)


def _tether() -> None:
    """Let the training end with its keeper, where the kernel can see to it."""
    _ask_kernel(PR_SET_PDEATHSIG, signal.SIGTERM)


def leave() -> None:
    """Leave the starter's tree: the first process says who the second is, and ends."""
    if number := os.fork():
        os.write(1, f"{number}\n".encode())
        os._exit(0)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)


def step_back() -> None:
    """Let everything else of this machine go first."""
    os.nice(NICE)
    with suppress(OSError):
        # where the kernel groups sessions, niceness counts within a session only
        Path("/proc/self/autogroup").write_text(str(NICE))


def main() -> None:
    """Keep the training of the command line."""
    folder, lock, command = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    leave()
    sys.stdin.buffer.read()
    if not (folder / "process.json").exists() or (folder / "stop").exists():
        # the starter died before it could write down whom to stop, or somebody was quick
        return
    step_back()
    # what outlives the training itself becomes a child of the keeper, which sees its end and its cost
    _ask_kernel(PR_SET_CHILD_SUBREAPER, 1)
    Keeper(folder, lock, command).run()


if __name__ == "__main__":
    main()
