"""A process beside a worker, seen from the worker: start it, ask it, end it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 2.0
LOOK_S = 0.1
CHUNK_BYTES = 1 << 20
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
OF_THE_WORKER = frozenset({"PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"})


class EndedError(Exception):
    """The process ended before it answered.

    Attributes
    ----------
    code
        Its exit code; 0 if it ended because it had been idle.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"it ended with exit code {code}")


class Told(NamedTuple):
    """An answer."""

    head: dict[str, Any]
    body: bytes


class Child:
    """A process that runs one of the tasks beside a worker; one thread at a time may ask it.

    It gets a new interpreter, not a copy of this process, and a process group of its own: Ctrl-C in a
    terminal is for the worker, which may still need it. Its end is noticed at once.
    """

    def __init__(self, task: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "bentos.aside", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            process_group=0,
        )
        self._held = b""
        threading.Thread(target=self._process.wait, name="aside", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def ask(
        self,
        question: Mapping[str, Any],
        *,
        until_s: float | None = None,
        stop: threading.Event | None = None,
    ) -> Told:
        """Ask, and wait for the answer. After an error it is of no use any more: `kill` it.

        Parameters
        ----------
        until_s
            When to give up, on the monotonic clock.
        stop
            Give up when this is set, too.

        Raises
        ------
        EndedError
            It ended.
        TimeoutError
            It did not answer in time.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
        except OSError:
            raise self._ended() from None
        while b"\n" not in self._held:
            self._held += self._read(until_s, stop)
        line, _, rest = self._held.partition(b"\n")
        head = json.loads(line)
        parts, missing = [rest], head["size"] - len(rest)
        while missing > 0:
            parts.append(self._read(until_s, stop))
            missing -= len(parts[-1])
        self._held = b""
        return Told(head, b"".join(parts))

    def end(self) -> None:
        """Let it end, by force if it does not at once."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._bury()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._bury()

    def _bury(self) -> None:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self, until_s: float | None, stop: threading.Event | None) -> bytes:
        assert self._process.stdout is not None
        number = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(number, select.POLLIN)
        left_s = 0.0
        while not poll.poll(1_000 * left_s):
            left_s = LOOK_S if until_s is None else min(LOOK_S, until_s - time.monotonic())
            if left_s <= 0 or (stop is not None and stop.is_set()):
                raise TimeoutError
        if not (found := os.read(number, CHUNK_BYTES)):
            raise self._ended()
        return found

    def _ended(self) -> EndedError:
        """Tell how it ended; one that has closed its end of a pipe and lives on is made to end."""
        try:
            return EndedError(self._process.wait(GRACE_S))
        except subprocess.TimeoutExpired:
            self._process.kill()
            return EndedError(self._process.wait())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_WORKER}
    path = kept.get("PYTHONPATH")
    return {**kept, **ONE_THREAD, "PYTHONPATH": os.pathsep.join([str(ROOT), *([path] if path else [])])}
