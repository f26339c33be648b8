"""What goes out: an answer that went well, and what every answer of ours says besides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.types import Message, Scope, Send

from bentos.columnar.media import JSON

REQUEST_ID = "herdbook.request_id"
NO_SNIFFING = (b"x-content-type-options", b"nosniff")


class Reply(NamedTuple):
    """An answer that went well: its bytes, further headers, and its type."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    media_type: str = JSON


Direct = Callable[[Scope], Awaitable[Reply]]
"""Answers a request whose body and headers the guard has put into the scope."""


class Sender:
    """Sends, with the headers that every answer of ours has, and knows whether an answer has begun."""

    __slots__ = ("_scope", "_send", "has_started")

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self.has_started = False

    def __call__(self, message: Message) -> Awaitable[None]:
        """Send one message of an app."""
        if message["type"] == "http.response.start":
            self.has_started = True
            message = {**message, "headers": [*message.get("headers", ()), *self._ours()]}
        return self._send(message)

    async def reply(self, reply: Reply) -> None:
        """Send a whole answer: 200."""
        self.has_started = True
        length = (b"content-length", b"%d" % len(reply.body))
        kind = (b"content-type", reply.media_type.encode("ascii"))
        headers = [length, kind, *reply.headers, *self._ours()]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": reply.body})

    def _ours(self) -> tuple[tuple[bytes, bytes], ...]:
        if (request_id := self._scope.get(REQUEST_ID)) is None:
            return (NO_SNIFFING,)
        return NO_SNIFFING, (b"x-request-id", request_id.encode("ascii"))
