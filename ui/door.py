"""The outermost shell: which host names are answered, which paths exist, and what browsers are told."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024 * 1024
"""Largest body of a request: a CSV file of 100,000 records has room."""

PATHS = ("/", "/config", "/theme.css", "/favicon.ico", "/health", "/pulse")
UNDER = (
    "/assets/",
    "/static/",
    "/own/",
    *(
        f"/gradio_api/{part}"
        for part in (
            "queue/join", "queue/data", "run/", "heartbeat/", "upload", "upload_progress", "cancel", "reset",
            "startup-events", "app_id",
        )
    ),
)  # fmt: skip
"""Of Gradio's routes those that the page needs: none fetches from elsewhere, edits code or tells of it."""

FILES = "/gradio_api/file="

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""A browser asks no other host for anything. Gradio compiles its templates, hence 'unsafe-eval'."""

SAID = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Door:
    """Answer known host names alone, refuse what comes from another site, and bound what is sent.

    Parameters
    ----------
    app
        The application behind the door.
    hosts
        Names that a request's Host may have, without port; "*" allows every name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self.closing = asyncio.Event()

    def close(self) -> None:
        """Let go of readers who wait for news, so that an open page does not hold up the end."""
        self.closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it with a sentence."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = self._refuse(scope)
        if refusal is not None:
            await refusal(scope, receive, _dressed(send))
            return
        await self.app(scope, _Bounded(receive, self.closing), _dressed(send))

    def _refuse(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            return PlainTextResponse("This page speaks no WebSocket.\n", 403)
        if not self._knows(headers.getlist("host")):
            said = (
                "This page is not served under that host name; --allowed-hosts names those that it answers.\n"
            )
            return PlainTextResponse(said, 421)
        if not _is_path(scope["path"]):
            return PlainTextResponse("There is no such page here.\n", 404)
        if scope["method"] not in {"GET", "HEAD"} and not _is_own(headers):
            return PlainTextResponse("Another site's page may not send anything to this one.\n", 403)
        if _length(headers) > MOST_BYTES:
            return PlainTextResponse(f"At most {MOST_BYTES:,} bytes may be sent at once.\n", 413)
        return None

    def _knows(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        return "*" in self.hosts or (_name(hosts[0]) in self.hosts)


class _Bounded:
    """Read a body of at most `MOST_BYTES`, whatever length it announced; hang up when the page closes."""

    def __init__(self, receive: Receive, closing: asyncio.Event) -> None:
        self.receive = receive
        self.closing = closing
        self.n_bytes = 0
        self.is_read = False

    async def __call__(self) -> Message:
        message = await self._next() if self.is_read else await self.receive()
        self.is_read = not message.get("more_body", False)
        self.n_bytes += len(message.get("body", b""))
        if self.n_bytes > MOST_BYTES:
            return {"type": "http.disconnect"}
        return message

    async def _next(self) -> Message:
        """Wait for the reader to hang up, or for the end of this process."""
        leaving = asyncio.ensure_future(self.receive())
        ending = asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait([leaving, ending], return_when=asyncio.FIRST_COMPLETED)
            return leaving.result() if leaving.done() else {"type": "http.disconnect"}
        finally:
            leaving.cancel()
            ending.cancel()


def _dressed(send: Send) -> Send:
    async def dress(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [each for each in headers if each.startswith("access-control-")]:
                del headers[name]
            for name, value in SAID.items():
                headers[name] = value
        await send(message)

    return dress


def _is_path(path: str) -> bool:
    """Tell whether the page needs a path; of files, those of this machine that Gradio itself judges.

    >>> [_is_path(path) for path in ("/", "/docs", "/gradio_api/file=/tmp/a.csv", "/gradio_api/file=http:/a")]
    [True, False, True, False]
    """
    if path.startswith(FILES):
        return path.removeprefix(FILES).startswith("/")
    return path in PATHS or path.startswith(UNDER)


def _is_own(headers: Headers) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers["host"].lower()


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() else 0


def _name(host: str) -> str:
    """Give the name of a Host header without its port.

    >>> _name("Herd.example:7860"), _name("[::1]:7860"), _name("127.0.0.1")
    ('herd.example', '::1', '127.0.0.1')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
