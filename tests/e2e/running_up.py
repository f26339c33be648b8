"""One `herdbook up` as a test runs it: started, asked, stopped, and looked for what it left."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from cli.port import is_port_taken

ROOT = Path(__file__).parents[2]
PATIENCE_S = 420
STOP_S = 60
TAIL = 1_500
STANDS_ON = "import bentoml, gradio, pandas, scipy.spatial, sklearn.ensemble"


@dataclass
class UpPlace:
    """An own ledger, state folder, model store and ports."""

    folder: Path
    ledger: str
    datasets: Path = ROOT / "datasets"
    ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as one, socket.socket() as other, socket.socket() as third:
            for bound in (one, other, third):
                bound.bind(("127.0.0.1", 0))
                self.ports.append(bound.getsockname()[1])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command here."""
        clean = {name: said for name, said in os.environ.items() if not name.startswith("HERDBOOK_")}
        told = {
            "HERDBOOK_DATASETS": str(self.datasets),
            "HERDBOOK_LEDGER": self.ledger,
            "HERDBOOK_STATE": str(self.folder / "state"),
            "HERDBOOK_PORT": str(self.ports[0]),
            "HERDBOOK_DATA_PORT": str(self.ports[1]),
            "HERDBOOK_UI_PORT": str(self.ports[2]),
            "BENTOML_HOME": str(self.folder / "bentoml"),
        }
        return clean | told

    def run(self, *arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [sys.executable, "-m", "cli", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )


class UpRun:
    """A started `herdbook up --json`."""

    def __init__(self, place: UpPlace, *arguments: str) -> None:
        self.place = place
        self._said = place.folder / "said.txt"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up", "--json", *arguments],
                cwd=ROOT,
                env=place.environment,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        self.processes: set[psutil.Process] = set()

    @property
    def said(self) -> str:
        """What it has written to stderr so far."""
        return self._said.read_text()

    def wait_ready(self) -> dict[str, Any]:
        """Return the JSON that it writes once all is ready."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.said
        self._note_processes()
        found: dict[str, Any] = json.loads(line)
        return found

    def paste(self, line: str) -> Any:
        """Run a curl line as a person pastes it, and return the JSON that it prints."""
        pasted = subprocess.run(shlex.split(line), capture_output=True, check=False, timeout=60)
        assert pasted.returncode == 0, f"curl ended with {pasted.returncode}\n{self.state}"
        return json.loads(pasted.stdout)

    @property
    def state(self) -> str:
        """How it stands, and the ends of all that it and its processes wrote."""
        logs = sorted((self.place.folder / "state" / "logs").glob("*.log"))
        ends = [f"{log.name}:\n{log.read_text(errors='replace')[-TAIL:]}" for log in logs]
        return "\n".join([f"exit code {self.process.poll()}, said:\n{self.said[-TAIL:]}", *ends])

    def wait_said(self, words: str) -> None:
        """Wait until it has written these words."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)
        self._note_processes()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_S)

    @property
    def left(self) -> list[psutil.Process]:
        """Processes that it started and that still run."""
        return [process for process in self.processes if process.is_running()]

    @property
    def taken_ports(self) -> list[int]:
        """Ports of the place that somebody still listens on."""
        return [port for port in self.place.ports if is_port_taken("127.0.0.1", port)]

    def _note_processes(self) -> None:
        self.processes |= set(psutil.Process(self.process.pid).children(recursive=True))


def import_cpu_s() -> float:
    """Give the CPU-seconds of importing, here and now, the libraries that the processes of `up` stand on.

    A yardstick: with the machine busy otherwise, both it and an `up` take up to twice as many.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", STANDS_ON], cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def up_run(place: UpPlace, *arguments: str) -> Iterator[UpRun]:
    """Start `herdbook up --json`; whatever happens, it is gone afterwards."""
    run = UpRun(place, *arguments)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()
        assert run.process.stdout is not None
        run.process.stdout.close()
