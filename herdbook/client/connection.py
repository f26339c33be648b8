"""How bytes travel, by httpx: the outcome of one attempt, waited for or awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import httpx

from herdbook.client.call import JSON, MOST_ANSWER_BYTES, Call, Lost, Outcome, Reply

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
HOPELESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
CONNECTIONS = 64
KEPT_ALIVE_S = 2.0
"""Shorter than the service's own 5 s: a connection that it is about to close would lose a request."""


class TooLargeError(Exception):
    """An answer has more bytes than are read."""


class TooSlowError(Exception):
    """An answer did not end in time, although bytes came."""


def options(url: str, *, timeout_s: float, host_header: str | None) -> dict[str, Any]:
    """Give the options of an httpx client."""
    # plain bytes only: what is packed may unpack to any size
    headers = {"Accept": JSON, "Accept-Encoding": "identity", "User-Agent": "herdbook"}
    if host_header is not None:
        headers["Host"] = host_header
    limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=KEPT_ALIVE_S)
    return {"base_url": url, "timeout": timeout_s, "headers": headers, "limits": limits}


def request(call: Call[Any]) -> dict[str, Any]:
    """Give the arguments of an httpx request."""
    headers = dict(call.headers)
    if call.body is not None:
        headers["Content-Type"] = call.media_type
    if call.media_type != JSON:
        headers["Accept"] = call.media_type
    return {
        "method": call.method,
        "url": call.path,
        "content": call.body,
        "params": dict(call.query) or None,
        "headers": headers,
    }


class Connection:
    """Connections to one service, whose answers are waited for."""

    def __init__(self, url: str, *, timeout_s: float, host_header: str | None) -> None:
        self._timeout_s = timeout_s
        self._client = httpx.Client(**options(url, timeout_s=timeout_s, host_header=host_header))

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def send(self, call: Call[Any]) -> Outcome:
        """Send once; whatever happens is an outcome."""
        taken = Taken(self._timeout_s)
        try:
            with self._client.stream(**request(call)) as response:
                for part in response.iter_raw():
                    taken.add(part)
                return reply(response, taken.parts)
        except FAILURES as error:
            return lost(error)


class AsyncConnection:
    """Connections to one service, whose answers are awaited."""

    def __init__(self, url: str, *, timeout_s: float, host_header: str | None) -> None:
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(**options(url, timeout_s=timeout_s, host_header=host_header))

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    async def send(self, call: Call[Any]) -> Outcome:
        """Send once; whatever happens is an outcome."""
        taken = Taken(self._timeout_s)
        try:
            async with self._client.stream(**request(call)) as response:
                async for part in response.aiter_raw():
                    taken.add(part)
                return reply(response, taken.parts)
        except FAILURES as error:
            return lost(error)


FAILURES = (httpx.HTTPError, httpx.InvalidURL, TooLargeError, TooSlowError)


class Taken:
    """The parts of an answer so far, of a bounded size, in a bounded time."""

    def __init__(self, timeout_s: float) -> None:
        self.parts: list[bytes] = []
        self._size_bytes = 0
        self._until = time.monotonic() + timeout_s

    def add(self, part: bytes) -> None:
        """Add a part, or raise."""
        self._size_bytes += len(part)
        if self._size_bytes > MOST_ANSWER_BYTES:
            raise TooLargeError(f"the answer has more than {MOST_ANSWER_BYTES:,} bytes")
        if time.monotonic() > self._until:
            raise TooSlowError("the answer did not end in time")
        self.parts.append(part)


def reply(response: httpx.Response, parts: Iterable[bytes]) -> Reply:
    """Give the whole answer."""
    return Reply(response.status_code, b"".join(parts), response.headers.get("Retry-After"))


def lost(error: Exception) -> Lost:
    """Say why there is no whole answer."""
    problem = str(error) or type(error).__name__
    return Lost(
        problem,
        may_have_arrived=not isinstance(error, NOT_SENT + HOPELESS),
        is_hopeless=isinstance(error, (*HOPELESS, TooLargeError)),
    )
