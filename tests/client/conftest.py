"""Both clients under one hand, so that every test of one is a test of the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from herdbook.client import AsyncClient, Client


class Face:
    """A client that is asked by the name of its method."""

    def __init__(self, *, is_async: bool) -> None:
        self._is_async = is_async

    def ask(self, url: str, method: str, *args: Any, **wanted: Any) -> Any:
        """Open a client, ask one thing, close it."""
        options = {
            name: wanted.pop(name) for name in ("timeout_s", "retries", "host_header") if name in wanted
        }
        if self._is_async:
            return asyncio.run(self._ask(AsyncClient(url, **options), method, *args, **wanted))
        with Client(url, **options) as client:
            said = getattr(client, method)(*args, **wanted)
            return list(said) if method == "every" else said

    async def _ask(self, client: AsyncClient, method: str, *args: Any, **wanted: Any) -> Any:
        async with client:
            if method == "every":
                return [row async for row in client.every(**wanted)]
            return await getattr(client, method)(*args, **wanted)


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Face:
    """Give the client that waits, then the one that is awaited."""
    return Face(is_async=request.param == "async")
