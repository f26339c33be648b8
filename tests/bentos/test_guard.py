"""The guard lets in what it may, and answers everything else in one shape."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from bentos.guard import BODY, Guard
from bentos.reply import Reply
from bentos.shape import ProblemShape
from herdbook.settings import Settings

JSON = {"content-type": "application/json"}
SECRET = "the-value-that-was-sent"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer how long the body was; fail, or take long, where the path says so."""
    if scope["path"] == "/fail":
        raise ValueError(SECRET)
    if scope["path"] == "/slow":
        await asyncio.sleep(60)
    await JSONResponse({"bytes": len(scope.get(BODY, b""))})(scope, receive, send)


def ask(method: str, path: str, *, settings: dict[str, Any] | None = None, **sent: Any) -> httpx.Response:
    """Ask a guarded app as a client of the host localhost."""
    guard = Guard(echo, settings=Settings(**(settings or {})), posts=["/predict", "/trainings/{id}/stop"])

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(guard, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
            return await client.request(method, path, **sent)

    return asyncio.run(go())


async def drip(pieces: int, size_bytes: int, pause_s: float = 0.0) -> AsyncIterator[bytes]:
    """Send a body in pieces, without saying how long it is."""
    for _ in range(pieces):
        yield b"x" * size_bytes
        await asyncio.sleep(pause_s)


def assert_refused(answer: httpx.Response, status: int, kind: str) -> None:
    """Check the status and that the body has our one shape."""
    problem = ProblemShape.model_validate(answer.json())
    assert (answer.status_code, problem.kind) == (status, kind)
    assert problem.request_id == answer.headers["x-request-id"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:3000", "127.0.0.1:80", "[::1]:3000", "[::1]"])
def test_guard_own_host_is_let_in(host: str) -> None:
    """Our own names with any port are ours."""
    assert ask("GET", "/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:3000",
        "",
        "[::2]",
        "[::1",
        "[::1]x",
        "localhost:x",
    ],
)
def test_guard_foreign_host_is_refused(host: str) -> None:
    """A page that points its own name at our address gets nothing."""
    assert_refused(ask("GET", "/health", headers={"host": host}), 421, "HostRefusedError")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_guard_probe_answers_any_host(path: str) -> None:
    """An orchestrator asks a pod by its address, and learns nothing but that it lives."""
    assert ask("GET", path, headers={"host": "10.1.2.3:3000"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:7860", "https://localhost:3000"]
)
def test_guard_foreign_origin_is_refused(origin: str) -> None:
    """A web page of another origin may not ask."""
    assert_refused(ask("GET", "/health", headers={"origin": origin}), 403, "OriginRefusedError")


def test_guard_own_and_allowed_origins_are_let_in() -> None:
    """Our own pages may ask, and those that the settings name."""
    allowed = {"allowed_origins": ("https://farm.example",)}

    own = ask("GET", "/health", headers={"origin": "http://localhost:3000"})
    named = ask("GET", "/health", headers={"origin": "https://farm.example"}, settings=allowed)

    assert (own.status_code, named.status_code) == (200, 200)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data"},
        {"content-type": "application/vnd.bentoml+pickle"},
        JSON | {"content-encoding": "gzip"},
    ],
)
def test_guard_body_that_is_no_json_is_refused(headers: dict[str, str]) -> None:
    """Only JSON is read; a form of a web page is not."""
    assert_refused(ask("POST", "/predict", content=b"{}", headers=headers), 415, "MediaTypeError")


def test_guard_encoded_body_is_told_by_its_encoding() -> None:
    """Who sends JSON in a gzip reads which header is wrong."""
    answer = ask("POST", "/predict", content=b"{}", headers=JSON | {"content-encoding": "gzip"})

    assert answer.json()["error"] == "the body is encoded as 'gzip'; send it plain, without Content-Encoding"


def test_guard_body_reaches_the_app_whole() -> None:
    """A body in pieces arrives as one."""
    answer = ask(
        "POST",
        "/predict",
        content=drip(5, 100),
        headers=JSON | {"content-type": "application/json; charset=utf-8"},
    )

    assert answer.json() == {"bytes": 500}


@pytest.mark.parametrize(("path", "n_bytes"), [("/trainings/7/stop", 2), ("/trainings/7/8/stop", 0)])
def test_guard_body_of_a_path_with_an_id_is_read(path: str, n_bytes: int) -> None:
    """An id is one part of a path, whatever it is."""
    assert ask("POST", path, content=b"{}", headers=JSON).json() == {"bytes": n_bytes}


@pytest.mark.parametrize("body", [b"x" * 3_000, drip(30, 100)])
def test_guard_large_body_is_refused(body: Any) -> None:
    """A body over the limit is refused, whether it says its length or not."""
    answer = ask("POST", "/predict", content=body, headers=JSON, settings={"max_body_bytes": 2_000})

    assert_refused(answer, 413, "BodyTooLargeError")


def test_guard_slow_body_is_refused() -> None:
    """A body that trickles in holds nothing for long."""
    answer = ask("POST", "/predict", content=drip(50, 1, 0.05), headers=JSON, settings={"timeout_s": 0.3})

    assert_refused(answer, 408, "BodySlowError")


def test_guard_slow_answer_is_ended() -> None:
    """An answer that does not come is a 504 in our shape, and says when to try again."""
    answer = ask("GET", "/slow", settings={"timeout_s": 0.2})

    assert_refused(answer, 504, "AnswerSlowError")
    assert answer.headers["retry-after"] == "1"


def test_guard_failure_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw is a 500 that says nothing, logged once with its place and without values."""
    with caplog.at_level(logging.INFO, logger="bentoml.herdbook.door"):
        answer = ask("GET", "/fail")

    assert_refused(answer, 500, "InternalError")
    assert SECRET not in answer.text + caplog.text
    assert "ValueError" in caplog.text
    assert len(caplog.records) == 1


def test_guard_refusal_is_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    """A refusal is one line for programs that repeats nothing of what was sent."""
    with caplog.at_level(logging.INFO, logger="bentoml.herdbook.door"):
        ask("GET", "/health", headers={"host": SECRET})

    assert '"kind":"HostRefusedError"' in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("sent", "is_kept"), [("order-7_a", True), ("a b", False), ("x" * 65, False), ("é", False)]
)
def test_guard_request_id_is_kept_if_harmless(sent: str, is_kept: bool) -> None:
    """A client may name its request, in letters and digits."""
    answer = ask("GET", "/health", headers={"x-request-id": sent.encode()})

    assert (answer.headers["x-request-id"] == sent) is is_kept


def ask_directly(method: str = "POST", path: str = "/predict", **sent: Any) -> tuple[httpx.Response, int]:
    """Ask for a path that is answered past the app, and tell how often that was done."""
    scopes: list[Scope] = []

    async def direct(scope: Scope) -> Reply:
        scopes.append(scope)
        if scope[BODY] == b"fail":
            raise ValueError(SECRET)
        return Reply(b'{"bytes":%d}' % len(scope[BODY]), ((b"x-more", b"yes"),))

    guard = Guard(echo, settings=Settings(), posts=["/predict"], direct={"/predict": direct})

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(guard, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
            return await client.request(method, path, **sent)

    return asyncio.run(go()), len(scopes)


def test_guard_direct_answer_has_the_headers_of_all_others() -> None:
    """What is answered past the app looks as if the app had answered."""
    answer, n_answered = ask_directly(content=b"{}", headers=JSON | {"x-request-id": "order-7"})

    assert (answer.status_code, answer.json(), n_answered) == (200, {"bytes": 2}, 1)
    expected = {"content-type": "application/json", "content-length": "11", "x-request-id": "order-7"}
    assert expected | {"x-content-type-options": "nosniff", "x-more": "yes"} == dict(answer.headers)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (421, JSON | {"host": "evil.example"}),
        (403, JSON | {"origin": "http://evil.example"}),
        (415, {"content-type": "text/plain"}),
        (415, JSON | {"content-encoding": "gzip"}),
    ],
)
def test_guard_nothing_is_answered_directly_before_it_has_looked(
    status: int, headers: dict[str, str]
) -> None:
    """The short way leads through the guard, not around it."""
    answer, n_answered = ask_directly(content=b"{}", headers=headers)

    assert (answer.status_code, n_answered) == (status, 0)


def test_guard_direct_failure_has_the_one_shape() -> None:
    """It is told as any other, without what was sent."""
    answer, _ = ask_directly(content=b"fail", headers=JSON)

    assert_refused(answer, 500, "InternalError")
    assert SECRET not in answer.text


def test_guard_other_methods_of_a_direct_path_go_to_the_app() -> None:
    """Only a POST is answered past it."""
    answer, n_answered = ask_directly("GET")

    assert (answer.status_code, n_answered) == (200, 0)
