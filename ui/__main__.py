"""Serve the page: `python -m ui --service http://127.0.0.1:3000 --host 127.0.0.1 --port 7860`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import tempfile
from types import FrameType

import uvicorn

from ui.door import Door
from ui.stub import no_stubs

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY = {"", "0.0.0.0", "::"}  # noqa: S104 - every address of the machine is no name of it


def main() -> None:
    """Serve until told to stop; port 0 takes any free port, and the first line of output says which."""
    parser = _parser()
    told = parser.parse_args()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it when it is imported
    try:
        listener = _listen(told.host, told.port)
    except (OSError, OverflowError) as error:
        parser.exit(1, f"ui: cannot listen on {told.host}:{told.port}: {error}; choose another --port\n")
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises the signal again once it has closed
    with tempfile.TemporaryDirectory(prefix="herdbook-ui-") as folder:
        tempfile.tempdir = folder  # what is uploaded and answered goes with the process
        _serve(told, listener)


def _serve(told: argparse.Namespace, listener: socket.socket) -> None:
    with no_stubs():
        from ui.app import build_app  # noqa: PLC0415 - after the environment is set

    hosts = {*told.allowed_hosts, *LOOPBACK} | ({told.host} - ANY)
    app = build_app(told.service, host_header=told.service_host_header, allowed_hosts=hosts)
    shown = f"[{told.host}]" if ":" in told.host else told.host
    sys.stdout.write(f"ui on http://{shown}:{listener.getsockname()[1]}, for the service at {told.service}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, server_header=False)
    _Server(config, app).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells the door when the end begins: pages that are open wait for news for ever."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self.door = door

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.door.close()
        super().handle_exit(sig, frame)


def _end(*_: object) -> None:
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui", description="Serve the pages of a Herdbook service."
    )
    add = parser.add_argument
    add(
        "--service", default="http://127.0.0.1:3000", metavar="URL", help="the service (default: %(default)s)"
    )
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=7860, help="port (default: %(default)s; 0: any free one)")
    add(
        "--allowed-hosts",
        type=_names,
        default=(),
        metavar="NAMES",
        help="host names to answer besides those of this machine, parted by commas; * answers all",
    )
    add("--service-host-header", metavar="NAME", help="Host to name when the service answers another name")
    return parser


def _names(text: str) -> tuple[str, ...]:
    """Part names at commas.

    >>> _names("herd.example, ui.example")
    ('herd.example', 'ui.example')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


if __name__ == "__main__":
    main()
