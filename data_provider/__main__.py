"""Run the data service: `python -m data_provider --host 127.0.0.1 --port 8777`."""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn

from data_provider.app import create_app

DEFAULT_PORT = 8777


def main() -> None:
    """Serve until told to stop; port 0 takes any free port, and the first line of output says which."""
    parser = argparse.ArgumentParser(
        prog="python -m data_provider", description="Serve raw synthetic animals."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port (default: %(default)s; 0: any free one)"
    )
    told = parser.parse_args()
    try:
        listener = _listen(told.host, told.port)
    except (OSError, OverflowError) as error:
        parser.exit(
            1, f"data service: cannot listen on {told.host}:{told.port}: {error}; choose another --port\n"
        )
    port = listener.getsockname()[1]
    sys.stdout.write(
        f"data service on http://{told.host}:{port}, documented at http://{told.host}:{port}/docs\n"
    )
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(create_app(), log_level="info")).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


if __name__ == "__main__":
    main()
