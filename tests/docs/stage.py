"""Where a document's blocks run: a shell in a clone, free ports, a ledger of its own, one server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from tests.docs.block import Block, is_json_like, is_line_like, steps_of

ROOT = Path(__file__).resolve().parent.parent.parent
SERVES = re.compile(r"^(?!#).*\b(make up|herdbook up|herdbook serve|bentoml serve)\b", re.M)
DEFAULT_PORTS = {"3000": "HERDBOOK_PORT", "8777": "HERDBOOK_DATA_PORT", "7860": "HERDBOOK_UI_PORT"}
OWN = ("datasets",)  # folders that a document writes into; all else in its clone is a link to ours
READY_S, STOP_S, BLOCK_S = 600.0, 60.0, 300.0  # a machine may be busy
OUTER = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of the `make test` around us


class Stage:
    """Play the blocks of one document in order; leaving the `with` block stops its server."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "server.log"
        self._clone = make_clone(folder / "clone")
        self._ports = dict(zip(DEFAULT_PORTS, free_ports(len(DEFAULT_PORTS)), strict=True))
        self._server: subprocess.Popen[bytes] | None = None
        self._printed = ""
        kept = {n: v for n, v in os.environ.items() if not n.startswith("HERDBOOK_") and n not in OUTER}
        self._environment = kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HERDBOOK_LEDGER": str(folder / "ledger"),
            "HERDBOOK_STATE": str(folder / "state"),
            **{variable: self._ports[port] for port, variable in DEFAULT_PORTS.items()},
            "BENTOML_PORT": self._ports["3000"],
            "BENTOML_HOME": str(folder / "bentoml"),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def play(self, block: Block) -> None:
        """Run one block; an AssertionError says what was not as the document shows."""
        text = re.sub(rf"\b({'|'.join(self._ports)})\b", lambda match: self._ports[match[0]], block.text)
        if block.language == "json":
            assert is_json_like(text, self._printed), (
                f"{block.place} shows another answer than {self._printed}"
            )
        elif block.language == "python":
            self._run(block, [sys.executable, "-c", text])
        elif block.language == "console":
            for command, shown in steps_of(text):
                self._run(block, ["bash", "-euo", "pipefail", "-c", command])
                right = not shown or is_line_like(shown, self._printed.strip())
                assert right, f"{block.place} shows {shown!r}, got {self._printed!r}"
        elif SERVES.search(text):
            self._serve(block, text)
        else:
            self._run(block, ["bash", "-euo", "pipefail", "-c", text])

    def _run(self, block: Block, command: list[str]) -> None:
        done = subprocess.run(
            command,
            cwd=self._clone,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BLOCK_S,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}\n{self._tail()}"
        assert done.returncode == 0, f"{block.place} ended with {done.returncode}:\n{said}"
        self._printed = done.stdout

    def _serve(self, block: Block, text: str) -> None:
        """Start a block that serves until Ctrl-C, and wait until the service answers that it is ready."""
        self._stop()
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=self._clone,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_S
        while not is_ready(self._ports["3000"]):
            has_ended = self._server.poll() is not None
            assert not has_ended, f"{block.place} ended with {self._server.returncode}:\n{self._tail()}"
            assert time.monotonic() < deadline, f"{block.place} is not ready in {READY_S} s:\n{self._tail()}"
            time.sleep(0.2)

    def _stop(self) -> None:
        """Do as Ctrl-C does, to the whole foreground group, and see that no port stays taken."""
        if self._server is None:
            return
        server, self._server = self._server, None
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            raise
        taken = [port for port in self._ports.values() if is_listened_on(port)]
        assert not taken, f"after Ctrl-C somebody still listens on {taken}:\n{self._tail()}"

    def _tail(self) -> str:
        """Give the last lines that the server wrote."""
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-30:])


def make_clone(folder: Path) -> Path:
    """Make a folder that looks like the clone, and into which a document may write."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in OWN:
            shutil.copytree(path, folder / path.name)
        elif path.name != ".git":
            (folder / path.name).symlink_to(path)
    return folder


def free_ports(count: int) -> list[str]:
    """Return ports that were free a moment ago, no two the same."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def is_listened_on(port: str) -> bool:
    """Tell whether somebody answers on a port of this machine."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(port))) == 0


def is_ready(port: str) -> bool:
    """Tell whether the service on the port answers that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return False
    except OSError:
        return False
