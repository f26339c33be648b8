"""An answer that is whole leaves in one piece, and any other as uvicorn sends it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bentos import connection


async def stream() -> Any:
    """Give a body in pieces."""
    for piece in (b"one", b"two", b"three"):
        yield piece


ANSWERS: dict[str, Any] = {
    "/plain": PlainTextResponse("hello"),
    "/empty": Response(status_code=204),
    "/none": PlainTextResponse(""),
    "/missing": PlainTextResponse("away", 404, {"retry-after": "1"}),
    "/close": PlainTextResponse("bye", headers={"connection": "close"}),
    "/split": PlainTextResponse("x", headers={"x-a": "1\r\nx-b: 2"}),
    "/short": PlainTextResponse("x", headers={"content-length": "2"}),
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a path."""
    if scope["path"] == "/fail":
        raise ValueError("out of luck")
    if scope["path"] == "/stream":
        await StreamingResponse(stream())(scope, receive, send)
        return
    await ANSWERS[scope["path"]](scope, receive, send)


def say(request: bytes, *, protocol: str) -> bytes:
    """Send requests to a server and give what it says until it hangs up, but for the date."""

    async def go() -> bytes:
        config = uvicorn.Config(
            app, port=0, http=protocol, log_level="critical", lifespan="off", date_header=False
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        server.should_exit = True
        await task
        return said

    return asyncio.run(go())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("version", ["1.1", "1.0"])
@pytest.mark.parametrize("path", [*ANSWERS, "/stream", "/fail"])
def test_cycle_says_what_uvicorn_says(
    monkeypatch: pytest.MonkeyPatch, path: str, version: str, method: str
) -> None:
    """Byte for byte, whatever the answer is; what may not be sent is not sent by ours either."""
    connection.install()
    request = f"{method} {path} HTTP/{version}\r\nhost: localhost\r\n\r\n".encode()
    request += b"GET /plain HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    ours = say(request, protocol="auto")
    monkeypatch.undo()
    monkeypatch.setattr(connection.httptools_impl, "RequestResponseCycle", connection.Cycle.__base__)

    theirs = say(request, protocol="httptools")

    assert ours == theirs
    assert ours.startswith(b"HTTP/1.1 ") is (path != "/split")
