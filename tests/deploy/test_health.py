"""The health check of the images."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.health import main
from tests.fixtures.s3_server import free_ports


class Answers(BaseHTTPRequestHandler):
    """Is well at /readyz and nowhere else."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    """Serve on a free port."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_ready_service_is_healthy(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks the port that the service was told, the last one that wins."""
    monkeypatch.setenv("HERDBOOK_PORT", "1")
    monkeypatch.setenv("BENTOML_PORT", str(port))

    assert main([]) == 0


def test_other_answer_is_not_healthy(port: int) -> None:
    """Only 200 is well."""
    assert main([str(port), "/health"]) == 1


def test_absent_service_is_not_healthy() -> None:
    """Nobody at the port is an exit code, not a traceback."""
    assert main([str(free_ports(1)[0])]) == 1
