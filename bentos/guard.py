"""The guard: the outermost thing of ours, which lets a request in and turns every failure into one shape.

It refuses what no page of ours may answer (a foreign Host, a foreign Origin, a body that is no JSON or too
large), and nothing that comes after it can hang for ever or say more about us than it should.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Collection, Mapping
from typing import Any

import orjson
import uuid_utils
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bentos import metrics
from bentos.columnar.media import FORMATS, JSON, type_of
from bentos.deadline import Deadlines
from bentos.refusal import (
    AnswerSlowError,
    BodySlowError,
    BodyTooLargeError,
    HostRefusedError,
    MediaTypeError,
    MethodRefusedError,
    OriginRefusedError,
)
from bentos.reply import REQUEST_ID, Direct, Sender
from bentos.status import problem_of, status_of
from herdbook.errors import HerdbookError
from herdbook.settings import Settings

BODY = "herdbook.body"
HEADERS = "herdbook.headers"
JSON_BYTES = JSON.encode()
PROBES = frozenset({"/livez", "/healthz", "/readyz"})
"""Paths that say nothing about us: an orchestrator asks them under the address of a pod."""

ANY = "*"
LONGEST_REQUEST_ID = 64
MOST_KNOWN_HOSTS = 64
"""So many Host headers, each with its port, are remembered as ours; others are taken apart each time."""

HOST = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<name>[^:\[\]]*))(?::[0-9]*)?")
logger = logging.getLogger("bentoml.herdbook.door")


class Guard:
    """ASGI middleware around every path.

    Parameters
    ----------
    posts
        Paths that take a JSON body, which is read here, at most `max_body_bytes` of it; `{id}` in a path is
        any one part of it.
    direct
        What answers a POST to some of these paths without the app behind the guard, by path.
    columnar
        Those of these paths whose body may also be columns.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        posts: Collection[str],
        direct: Mapping[str, Direct] | None = None,
        columnar: Collection[str] = (),
    ) -> None:
        self._app = app
        self._direct = dict(direct or {})
        self._posts = frozenset(posts)
        self._columnar = frozenset(columnar)
        self._families = [compile_path(path)[0] for path in posts if "{" in path]
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)
        self._known_hosts: set[bytes] = set()
        self._origins = frozenset(settings.allowed_origins)
        self._max_body_bytes = settings.max_body_bytes
        self._deadlines = Deadlines(settings.timeout_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = Sender(send, scope)
        try:
            await self._pass(scope, receive, sender)
        except _GoneError:
            return
        except Exception as error:  # the door: whatever happens behind it becomes one shape, once
            response = refuse(error, scope)
            if sender.has_started:
                raise
            await response(scope, receive, sender)

    async def _pass(self, scope: Scope, receive: Receive, sender: Sender) -> None:
        scope[HEADERS] = headers = dict(scope["headers"])
        scope[REQUEST_ID] = _request_id(headers)
        path: str = scope["path"]
        self._check_host(path, headers)
        if b"origin" in headers:
            self._check_origin(scope["scheme"], headers)
        takes_body = scope["method"] == "POST" and self._takes_body(path)
        if takes_body:
            _check_type(headers, FORMATS if path in self._columnar else (JSON,))
        slow: type[BodySlowError | AnswerSlowError] = BodySlowError if takes_body else AnswerSlowError
        try:
            with self._deadlines.begin() as deadline:
                if takes_body:
                    scope[BODY] = body = await self._read(receive, headers)
                    deadline.restart()
                    slow = AnswerSlowError
                    if (direct := self._direct.get(path)) is not None:
                        await sender.reply(await direct(scope))
                        return
                    receive = _replay(body, receive)
                await self._app(scope, receive, sender)
        except TimeoutError:
            raise slow(self._deadlines.timeout_s) from None

    def _takes_body(self, path: str) -> bool:
        return path in self._posts or any(family.match(path) for family in self._families)

    def _check_host(self, path: str, headers: dict[bytes, bytes]) -> None:
        sent = headers.get(b"host", b"")
        if sent in self._known_hosts or ANY in self._hosts or path in PROBES:
            return
        host = sent.decode("latin-1")
        if _name_of(host) not in self._hosts:
            raise HostRefusedError(host)
        if len(self._known_hosts) < MOST_KNOWN_HOSTS:
            self._known_hosts.add(sent)

    def _check_origin(self, scheme: str, headers: dict[bytes, bytes]) -> None:
        origin = headers[b"origin"].decode("latin-1")
        own = f"{scheme}://{headers.get(b'host', b'').decode('latin-1')}"
        if origin != own and origin not in self._origins and ANY not in self._origins:
            raise OriginRefusedError(origin)

    async def _read(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max_body_bytes:
            raise BodyTooLargeError(self._max_body_bytes)
        parts: list[bytes] = []
        size_bytes, is_open = 0, True
        while is_open:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            parts.append(message.get("body", b""))
            size_bytes += len(parts[-1])
            if size_bytes > self._max_body_bytes:
                raise BodyTooLargeError(self._max_body_bytes)
            is_open = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class _GoneError(Exception):
    """The client hung up before its body was whole; there is nobody to answer."""


def refuse(error: Exception, scope: Scope) -> Response:
    """Answer a failure in our one shape, count it and log it once, without what the client sent."""
    request_id = scope.get(REQUEST_ID, "")
    body = problem_of(error, request_id)
    status = status_of(error)
    metrics.REFUSALS.labels(kind=body["kind"], status=status.code).inc()
    facts = orjson.dumps(
        {
            "event": "refused",
            "request_id": request_id,
            "method": scope["method"],
            "status": status.code,
            "kind": body["kind"],
            "total_faults": body["total_faults"],
        }
    ).decode()
    if isinstance(error, HerdbookError):
        if scope["path"] not in PROBES:
            logger.log(logging.INFO if status.code < 500 else logging.WARNING, facts)
    else:
        # where it happened and what it was, but not its message: a message may hold what the client sent
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s %s\n%s", facts, type(error).__name__, frames)
    headers = {} if status.retry_after_s is None else {"Retry-After": str(status.retry_after_s)}
    if isinstance(error, MethodRefusedError):
        headers["Allow"] = error.allowed
    return Response(orjson.dumps(body), status.code, headers, "application/json")


def _check_type(headers: dict[bytes, bytes], taken: Collection[str]) -> None:
    if headers.get(b"content-type") == JSON_BYTES and b"content-encoding" not in headers:
        return
    sent = headers.get(b"content-type", b"").decode("latin-1")
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if type_of(headers) not in taken:
        raise MediaTypeError(sent or "nothing", taken=taken)
    if encoding not in ("", "identity"):
        raise MediaTypeError(sent, encoding=encoding)


def _name_of(host: str) -> str:
    """Take the port off a Host header, `[::1]:3000` is `::1`; what is no host gives the empty name."""
    match = HOST.fullmatch(host)
    return (match["six"] or match["name"]).lower() if match else ""


def _request_id(headers: dict[bytes, bytes]) -> str:
    """Take the client's own id if it is harmless, else make one."""
    if b"x-request-id" not in headers:
        return str(uuid_utils.uuid7())
    sent = headers[b"x-request-id"].decode("latin-1")
    is_plain = sent.isascii() and sent.replace("-", "").replace("_", "").isalnum()
    return sent if is_plain and len(sent) <= LONGEST_REQUEST_ID else str(uuid_utils.uuid7())


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to whoever reads it again."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def request_id_of(request: Request) -> str:
    """Give the id that the guard gave to a request."""
    request_id: str = request.scope[REQUEST_ID]
    return request_id


def body_of(request: Request) -> bytes:
    """Give the body that the guard read."""
    body: Any = request.scope[BODY]
    return bytes(body)
