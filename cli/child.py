"""One process that the supervisor started: its log, its whole tree, and its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
TETHER = Path(__file__).with_name("tether.py")
TAIL_LINES = 12
STRAY_GRACE_S, KILL_WAIT_S = 5.0, 5.0


class Child:
    """A command in a session of its own, so that Ctrl-C reaches only the supervisor, which stops it in order.

    Parameters
    ----------
    name : str
        What it is, for sentences and for its log file.
    command : sequence of str
        The command; its first word is an absolute path.
    environment : mapping
        Its whole environment.
    log : Path
        File that its stdout and stderr are appended to.
    folder : Path
        Where it runs.
    reads_events : bool
        Its stdout is a pipe that the supervisor reads, not the log.

    Attributes
    ----------
    was_ready : bool
        It answered once, so it may have something to bring to an end.
    address : str
        Where it answers, as host:port, for a person; empty if it does not, or not yet known.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        folder: Path = ROOT,
        reads_events: bool = False,
    ) -> None:
        self.name, self.log, self.address = name, log, ""
        self.was_ready = False
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self._log_start = out.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if reads_events else out,
                stderr=out,
                start_new_session=True,
            )
        # known by its start too: a number that is looked up later may be another process's by then
        self._leader = psutil.Process(self.process.pid)

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended by itself or by a signal."""
        return self.process.poll() is not None

    def tree(self) -> list[psutil.Process]:
        """Return the living processes: this one first, then all below it."""
        with suppress(psutil.NoSuchProcess):
            below = self._leader.children(recursive=True)
            return [self._leader, *below] if self._leader.is_running() else []
        return []

    def cpu_s(self) -> float:
        """Return the CPU-seconds of the living tree and of what it has already reaped."""
        total = 0.0
        for process in self.tree():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return total

    def tail(self) -> str:
        """Return the last lines that this run of the process wrote to its log."""
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    def stop(self, grace_s: float) -> None:
        """End the whole tree: ask the leader, wait, ask who outlived it, wait again, and kill what is left.

        The tree is listed first: a worker has a session of its own, and is nobody's child once its leader is
        gone.
        """
        tree = self.tree()
        if not self.has_ended:
            self.process.terminate()
            try:
                self.process.wait(grace_s)
            except subprocess.TimeoutExpired:
                tree += self.tree()
        strays = [process for process in tree if process.is_running()] if self.has_ended else []
        _each(strays, psutil.Process.terminate)
        psutil.wait_procs(strays, timeout=STRAY_GRACE_S)
        self._kill([process for process in tree if process.is_running()])

    def kill(self) -> None:
        """End the whole tree at once."""
        self._kill(self.tree())

    def _kill(self, processes: Sequence[psutil.Process]) -> None:
        _each(processes, psutil.Process.kill)
        self.process.wait()
        psutil.wait_procs(processes, timeout=KILL_WAIT_S)
        if self.process.stdout is not None:
            self.process.stdout.close()


def _each(processes: Sequence[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        try:
            do(process)
        except psutil.NoSuchProcess:
            continue
