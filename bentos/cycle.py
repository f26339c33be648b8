"""One request of a connection, whose answer leaves in one piece: uvicorn writes head and body apart.

Checked against uvicorn 0.54; the tests fail loudly if an upgrade moves what is used here.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

START = "http.response.start"
LENGTH = b"content-length"
SPECIAL = frozenset({b"connection", b"transfer-encoding"})


class Cycle(RequestResponseCycle):
    """uvicorn's cycle, which holds the head back until the first piece of the body comes.

    If that is all of the body, and nothing about the answer is special, both are written at once.
    """

    _head: Any = None

    async def send(self, message: Any) -> None:
        """Send one message of the app."""
        if message["type"] == START and self._head is None and not self.response_started:
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            if self._is_plain(message) and (said := _spell(head, self.default_headers, message)):
                self._finish(said)
                return
            await super().send(head)
        await super().send(message)

    def _is_plain(self, message: Any) -> bool:
        return not (
            message.get("more_body", False)
            or self.disconnected
            or self.flow.write_paused
            or self.access_log
            or not self.keep_alive
            or self.scope["method"] == "HEAD"
        )

    def _finish(self, said: bytes) -> None:
        self.transport.write(said)
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.expected_content_length = 0
        self.message_event.set()
        self.on_response()


def _spell(head: Any, defaults: list[tuple[bytes, bytes]], message: Any) -> bytes | None:
    """Spell a whole answer; None if uvicorn itself should look at it, a wrong length for example."""
    body = message.get("body", b"")
    headers = [*defaults, *head.get("headers", ())]
    names = [name for name, _ in headers]
    if (LENGTH, b"%d" % len(body)) not in headers or names.count(LENGTH) > 1 or not SPECIAL.isdisjoint(names):
        return None
    if HEADER_RE.search(b"".join(names)) or HEADER_VALUE_RE.search(b"".join([value for _, value in headers])):
        return None
    lines = [b"%b: %b\r\n" % header for header in headers]
    return b"".join([STATUS_LINE[head["status"]], *lines, b"\r\n", body])
