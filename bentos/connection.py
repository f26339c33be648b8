"""A connection that does not wait for ever: limits on the head of a request, before any middleware.

Checked against uvicorn 0.54 and httptools 0.9; the tests fail loudly if an upgrade moves what is used here.
"""

from __future__ import annotations

import asyncio
import logging
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from uvicorn import config
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bentos import metrics
from bentos.cycle import Cycle
from bentos.deadline import Watch
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
        # uvicorn would put together a line for every request and then not write it
        self.access_log = self.access_log and self.access_logger.isEnabledFor(logging.INFO)
        self._heads, self._idle = _watches(HEAD_TIMEOUT_S, self.timeout_keep_alive)
        self._is_head_open = False
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
        self._idle.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what arrives while a head is awaited."""
        if self._is_head_open:
            self._head_bytes += len(data)
        super().data_received(data)
        # a body may follow its head in the same piece, so what counts is a head that is still open
        if self._is_head_open and self._head_bytes > MAX_HEAD_BYTES:
            self._hang_up(HeadTooLargeError(MAX_HEAD_BYTES))

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a further request on the same connection."""
        super().on_message_begin()
        if not self._is_head_open:
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

    def on_response_complete(self) -> None:
        """Go on with the next request as uvicorn does, or wait for it without a timer of its own."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle.add(self, self.loop)

    def _unset_keepalive_if_required(self) -> None:
        self._idle.remove(self)

    def head_is_slow(self) -> None:
        """Hang up on who takes too long to say what it wants."""
        self._hang_up(HeadSlowError(self._heads.timeout_s))

    def _await_head(self) -> None:
        self._is_head_open, self._head_bytes = True, 0
        self._heads.add(self, self.loop)

    def _stop_waiting(self) -> None:
        if self._is_head_open:
            self._is_head_open = False
            self._heads.remove(self)

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
    httptools_impl.RequestResponseCycle = Cycle  # type: ignore[misc]


@cache
def _watches(head_s: float, idle_s: float) -> tuple[Watch[PatientProtocol], Watch[PatientProtocol]]:
    """Watch the open heads, and the idle connections, of this process."""
    return (
        Watch(head_s, PatientProtocol.head_is_slow),
        Watch(idle_s, PatientProtocol.timeout_keep_alive_handler),
    )
