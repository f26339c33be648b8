"""A limit on request bodies: what is asked of this service fits into a few lines."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 65_536


class BodyLimit:
    """ASGI middleware that reads a whole body of bounded size first, and answers 413 to a larger one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []
        size_bytes = 0
        more = True
        while more:
            message = await receive()
            messages.append(message)
            size_bytes += len(message.get("body", b""))
            more = message.get("more_body", False) and size_bytes <= MOST_BODY_BYTES
        if size_bytes > MOST_BODY_BYTES:
            sentence = f"the body is larger than {MOST_BODY_BYTES:,} bytes"
            await JSONResponse({"detail": sentence}, status_code=413)(scope, receive, send)
            return
        await self._app(scope, _replay(messages, receive), send)


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def receive_again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return receive_again
