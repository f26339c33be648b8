"""A connection whose request head never ends is not held for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from bentos import connection
from bentos.shape import ProblemShape

HEAD = b"GET / HTTP/1.1\r\nhost: localhost\r\n"


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Serve a page by uvicorn as BentoML sets it up, and give the port."""
    connection.install()
    config = uvicorn.Config(PlainTextResponse("hello"), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


def say(*pieces: bytes) -> bytes:
    """Send pieces to a server and give what it says until it hangs up."""

    async def go() -> bytes:
        async with served() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.05)
            said = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return said

    return asyncio.run(go())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the patience, so that the test need not wait."""
    monkeypatch.setattr(connection, "HEAD_TIMEOUT_S", 0.3)


@pytest.mark.parametrize("pieces", [(), (HEAD,), (b"G",), (HEAD + b"\r\n", HEAD)])
def test_connection_open_head_is_ended(impatient: None, pieces: tuple[bytes, ...]) -> None:
    """Nothing, half a head, or half a second one: the server hangs up."""
    said = say(*pieces)

    head, body = said.rsplit(b"\r\n\r\n", 1)
    assert b"HTTP/1.1 408 Request Timeout\r\nconnection: close" in head
    assert ProblemShape.model_validate_json(body).kind == "HeadSlowError"


def test_connection_large_head_is_refused() -> None:
    """A head without an end does not fill the memory."""
    said = say(HEAD, *[b"x-filler: " + b"x" * 8_000 + b"\r\n"] * 9)

    assert said.startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("filler", [b"x-filler: " + b"x" * 70_000, b"\r\n".join([b"a: b"] * 12_000)])
def test_connection_large_head_in_one_piece_is_refused(filler: bytes) -> None:
    """A head that came whole is measured too, whatever it consists of."""
    head, body = say(HEAD + filler + b"\r\n\r\n").split(b"\r\n\r\n", 1)

    assert head.startswith(b"HTTP/1.1 431")
    assert ProblemShape.model_validate_json(body).kind == "HeadTooLargeError"


def test_connection_large_body_is_no_large_head() -> None:
    """A body that comes in one piece with its head is not counted with it."""
    body = b"x" * 100_000

    said = say(HEAD + b"connection: close\r\ncontent-length: 100000\r\n\r\n" + body)

    assert said.startswith(b"HTTP/1.1 200")


def test_connection_no_http_is_refused_in_our_shape() -> None:
    """Even what is no HTTP gets the one shape of failures."""
    head, body = say(b"hello, are you there?\r\n\r\n").split(b"\r\n\r\n", 1)

    assert head.startswith(b"HTTP/1.1 400")
    assert ProblemShape.model_validate_json(body).kind == "HeadInvalidError"


def test_connection_whole_head_is_answered() -> None:
    """A request that is whole is served as ever."""
    said = say(HEAD + b"connection: close\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"hello")


def test_connection_past_the_most_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many connections are open, a further one is closed at once."""
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 0)

    assert say() == b""
