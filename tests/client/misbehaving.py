"""A real server on a real port that misbehaves on purpose, one way after the other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW_S = 1.5
MODEL = "small:000000000001"
ANSWER = {
    "label": "a",
    "confidence": 0.75,
    "probabilities": {"a": 0.75, "b": 0.25},
    "cluster": 0,
    "membership": 0.5,
    "outlier": False,
}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    key: str | None
    body: bytes


@dataclass
class Misbehaving:
    """The server, what it will do next, and what it was asked.

    Attributes
    ----------
    script
        What to do with the next requests, by name; with all after them it does what it should.
    """

    port: int = 0
    script: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    dataset: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def problem(kind: str, *, faults: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Give the body of a refusal."""
    faults = faults or []
    return {
        "error": f"this is {kind}",
        "kind": kind,
        "faults": faults,
        "total_faults": len(faults),
        "request_id": "r1",
    }


REFUSALS: dict[str, tuple[int, str, dict[str, str]]] = {
    "busy": (429, "BusyError", {"Retry-After": "0"}),
    "away": (503, "NotReadyError", {"Retry-After": "0"}),
    "slow answer": (504, "AnswerSlowError", {}),
    "at work": (409, "IdempotencyBusyError", {"Retry-After": "0"}),
    "wait a second": (503, "NotReadyError", {"Retry-After": "1"}),
    "wait for an hour": (503, "StoreUnsafeError", {"Retry-After": "3600"}),
    "conflict": (409, "GenerationConflictError", {}),
    "missing": (404, "ModelMissingError", {}),
    "no record": (422, "RecordError", {}),
    "reused": (422, "IdempotencyKeyReusedError", {}),
    "wrong": (500, "InternalError", {}),
}
PLAIN: dict[str, tuple[int, bytes]] = {
    "garbage": (200, b"<html>not yours</html>"),
    "null": (200, b"null"),
    "too few": (200, b'{"predictions": [], "clusters": [], "model": "x"}'),
    "proxy": (502, b"<html>Bad Gateway</html>"),
    "moved": (302, b""),
    "foreign": (404, b"<html>nothing here</html>"),
}


class Handler(BaseHTTPRequestHandler):
    """Answers each request as the script says."""

    protocol_version = "HTTP/1.1"
    state: Misbehaving

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        state = self.state
        if self.path == "/dataset" and state.dataset:
            self._send(200, json.dumps(state.dataset).encode())
            return
        state.asked.append(Asked(self.command, self.path, self.headers.get("Idempotency-Key"), body))
        way = state.script.pop(0) if state.script else "ok"
        if way in REFUSALS:
            status, kind, headers = REFUSALS[way]
            self._send(status, json.dumps(problem(kind)).encode(), headers)
        elif way in PLAIN:
            self._send(*PLAIN[way])
        else:
            self._misbehave(way, body)

    def _misbehave(self, way: str, body: bytes) -> None:
        match way:
            case "drop":
                self.close_connection = True
            case "half":
                self._send(200, b'{"predictions"', {"Content-Length": "100"})
                self.close_connection = True
            case "slow":
                time.sleep(SLOW_S)
                self.close_connection = True
            case "dribble":
                self._dribble()
            case "huge":
                self._send(200, b"x", {"Content-Length": str(2**40)})
                self.close_connection = True
            case _:
                self._send(200, json.dumps(answer_of(self.path, body)).encode())

    def _dribble(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        until = time.monotonic() + SLOW_S
        while time.monotonic() < until:
            self.wfile.write(b" ")
            time.sleep(0.05)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Forgives a client that hangs up."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients hang up in these tests."""


def answer_of(path: str, body: bytes) -> dict[str, Any]:
    """Answer as the service would: every record gets the same label."""
    if path == "/predict":
        records = json.loads(body)["records"]
        return {"predictions": [{"id": f"id-{n}", **ANSWER} for n in range(len(records))], "model": MODEL}
    return {"status": "ready", "predictions": [], "next": None}


@contextmanager
def misbehaving(*script: str) -> Iterator[Misbehaving]:
    """Run the server on a port of its own."""
    state = Misbehaving(script=list(script))
    handler = type("Bound", (Handler,), {"state": state})
    with Server(("127.0.0.1", 0), handler) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
