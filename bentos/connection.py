"""A connection that does not wait for ever: limits on the head of a request, before any middleware.

Checked against uvicorn 0.54 and httptools 0.9; the tests fail loudly if an upgrade moves what is used here.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import orjson
from uvicorn import config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bentos import metrics
from bentos.refusal import (
    HeadInvalidError,
    HeadSlowError,
    HeadTooLargeError,
    RefusalError,
)
from bentos.status import problem_of, status_of

HEAD_TIMEOUT_S = 10.0
MAX_HEAD_BYTES = 64 * 1024
MAX_CONNECTIONS = 4_096
PLACE = "auto"


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose request head must arrive within 10 s and 64 KiB; those past 4,096 are hung up on."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._refusal: RefusalError = HeadInvalidError()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.close()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what arrives while a head is awaited."""
        if self._head_timer is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        # a body may follow its head in the same piece, so what counts is a head that is still open
        if self._head_timer is not None and self._head_bytes > MAX_HEAD_BYTES:
            self._hang_up(HeadTooLargeError(MAX_HEAD_BYTES))

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a further request on the same connection."""
        super().on_message_begin()
        if self._head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Stop waiting: from here on the guard has its own limits.

        Raises
        ------
        HeadTooLargeError
            The head came whole, but is too large; the parser stops at it.
        """
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD_BYTES:
            self._refusal = HeadTooLargeError(MAX_HEAD_BYTES)
            raise self._refusal
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._hang_up, HeadSlowError(HEAD_TIMEOUT_S))

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Answer what the parser stopped at in our shape instead of uvicorn's."""
        self._hang_up(self._refusal)

    def _hang_up(self, error: RefusalError) -> None:
        self._stop_waiting()
        if self.transport is None or self.transport.is_closing():
            return
        status, problem = HTTPStatus(status_of(error).code), problem_of(error, "")
        metrics.REFUSALS.labels(kind=problem["kind"], status=status.value).inc()
        body = orjson.dumps(problem)
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def install() -> None:
    """Let uvicorn use it in this process; BentoML has no setting for it."""
    config.HTTP_PROTOCOLS[PLACE] = f"{__name__}:{PatientProtocol.__name__}"
