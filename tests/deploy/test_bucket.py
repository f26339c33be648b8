"""The bucket of the ledger is made where it is missing, and taken as it is where it is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.bucket import connect, wait
from tests.fixtures.s3_server import ENVIRONMENT, free_ports

Start = Callable[[bool], tuple[str, list[str]]]


class Region(BaseHTTPRequestHandler):
    """A store of the region eu-central-1; whoever makes a bucket must name the region."""

    def __init__(self, held: dict[str, bytes], asked: list[str], *arguments: object) -> None:
        self._held, self._asked = held, asked
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        """Tell whether the bucket is there."""
        self._answer(200 if "/herd" in self._held else 404)

    def do_PUT(self) -> None:
        """Keep an object or make a bucket."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path == "/herd" and b"<LocationConstraint>eu-central-1<" not in body:
            self._answer(400, b"<Error><Code>IllegalLocationConstraintException</Code></Error>")
        else:
            self._held[self.path] = body
            self._answer(200)

    def do_GET(self) -> None:
        """Give an object."""
        self._answer(200, self._held[self.path])

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, status: int, body: bytes = b"") -> None:
        self._asked.append(f"{self.command} {self.path}")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a store, with the bucket or without; gives its address and the list of what it was asked."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    opened: list[tuple[HTTPServer, threading.Thread]] = []

    def begin(has_bucket: bool) -> tuple[str, list[str]]:
        asked: list[str] = []
        server = HTTPServer(("127.0.0.1", 0), partial(Region, {"/herd": b""} if has_bucket else {}, asked))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        opened.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}", asked

    yield begin
    for server, thread in opened:
        server.shutdown()
        thread.join()
        server.server_close()


def test_missing_bucket_is_made_in_its_region(start: Start) -> None:
    """Outside of us-east-1 a bucket is made with its place."""
    endpoint, asked = start(False)

    problem = wait(connect(f"s3://herd/book?endpoint={endpoint}&region=eu-central-1"), "herd", 0)

    assert problem is None
    assert asked == ["HEAD /herd", "PUT /herd", "PUT /herd/.ready", "GET /herd/.ready"]


def test_bucket_that_is_there_is_not_made(start: Start) -> None:
    """Keys that may not make buckets are enough for one that exists."""
    endpoint, asked = start(True)

    problem = wait(connect(f"s3://herd/book?endpoint={endpoint}"), "herd", 0)

    assert problem is None
    assert "PUT /herd" not in asked


def test_reason_is_said_once_while_it_waits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at the log learns at once what is wrong."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    [port] = free_ports(1)

    problem = wait(connect(f"s3://herd/book?endpoint=http://127.0.0.1:{port}"), "herd", 1.5)

    assert problem is not None
    assert capsys.readouterr().err.count("is not ready yet") == 1
