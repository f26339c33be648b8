"""Answer a request once, whatever happens to the worker: the answer is kept first, then its rows are logged.

A repeat finds the key free and an answer under it. The first of the answer's ids then tells whether its rows
were logged: a request's rows are one frame of the prediction log, there all or none. If they are, the answer
is given again; if they are not, nobody ever got it, and the work is done anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from starlette.types import Scope

from bentos.idempotency.claim import Claim, claim
from bentos.idempotency.kept import Kept
from bentos.idempotency.refusal import (
    LONGEST_KEY,
    IdempotencyBusyError,
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
)
from bentos.idempotency.sweep import Sweeper
from herdbook.errors import PredictionLogError

HEADER = b"idempotency-key"
KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
THREADS = 8
"""So many requests wait for the disk at once; the file system syncs for several at a time."""

T = TypeVar("T")
Keep = Callable[[str | None, bytes], Awaitable[None]]
"""Keeps the first id and the body of an answer."""

Work = Callable[[Keep], Awaitable[bytes]]
"""Makes an answer; it keeps it before it logs anything."""


class Once:
    """Answers each key once within a window.

    Parameters
    ----------
    folder : Path
        Where answers are kept.
    window_s : float
        For how long.
    is_logged : callable
        Tells whether a prediction of this id is in the log; it is called on a thread.
    """

    def __init__(self, folder: Path, window_s: float, is_logged: Callable[[str], bool]) -> None:
        self._folder, self._window_s, self._is_logged = folder, window_s, is_logged
        self._sweeper = Sweeper(folder, window_s)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="once")
        self._tasks: set[asyncio.Task[tuple[bytes, bool]]] = set()

    def start(self) -> None:
        """Begin to remove what is too old."""
        self._sweeper.start()

    def stop(self) -> None:
        """Stop; no request is in flight now."""
        self._sweeper.stop()
        self._threads.shutdown()

    async def answer(self, key: str, request: tuple[str, bytes], work: Work) -> tuple[bytes, bool]:
        """Give the body of the answer to a request, a path and a body, and whether it was given before.

        The work goes on when the caller is cancelled: who has begun to log must know the outcome before the
        key is free again.

        Raises
        ------
        IdempotencyBusyError
            The first request of this key is still at work.
        IdempotencyKeyReusedError
            The key came before with another request.
        PredictionLogError
            The answer cannot be kept, so nothing may be logged.
        Exception
            What `work` raises; then nothing is kept.
        """
        task = asyncio.create_task(self._answer(key, request, work))
        self._tasks.add(task)
        task.add_done_callback(self._settle)
        return await asyncio.shield(task)

    def _settle(self, task: asyncio.Task[tuple[bytes, bool]]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # who asked may have gone; what went wrong is no news then
            task.exception()

    async def _answer(self, key: str, request: tuple[str, bytes], work: Work) -> tuple[bytes, bool]:
        asked, held = await self._run(lambda: (_hash(*request), claim(self._folder, key)))
        if held is None:
            raise IdempotencyBusyError(key)
        try:
            if (kept := await self._valid(held)) is not None:
                if kept.asked != asked:
                    raise IdempotencyKeyReusedError(key)
                return kept.body, True
            body = await work(partial(self._keep, held, asked))
            if held.kept is not None:
                await self._run(held.mark_logged)
            return body, False
        finally:
            await self._run(held.release)

    async def _valid(self, held: Claim) -> Kept | None:
        """Give the answer that was given under the key, or may have been."""
        kept = held.kept
        if kept is None:
            return None
        is_old = kept.time_us < time.time_ns() // 1000 - self._window_s * 1e6
        if not is_old and (kept.is_logged or await self._was_logged(kept)):
            return kept
        held.disregard()
        return None

    async def _was_logged(self, kept: Kept) -> bool:
        return kept.first_id is None or await self._run(partial(self._is_logged, kept.first_id))

    async def _keep(self, held: Claim, asked: str, first_id: str | None, body: bytes) -> None:
        await self._run(partial(held.keep, Kept(asked, time.time_ns() // 1000, first_id, body)))

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except OSError as error:
            raise PredictionLogError(
                str(self._folder),
                problem=f"an answer cannot be kept there: {error.strerror or type(error).__name__}",
                cure="make room on its disk, then send the request again",
            ) from error


def key_of(scope: Scope) -> str | None:
    """Give the Idempotency-Key of a request, or None.

    Raises
    ------
    IdempotencyKeyInvalidError
        It is empty, too long, of other characters than visible ASCII, or there are several.
    """
    found = None
    for name, value in scope["headers"]:
        if name == HEADER:
            if found is not None:
                raise IdempotencyKeyInvalidError("several")
            found = value.decode("latin-1")
            if not KEY.fullmatch(found):
                raise IdempotencyKeyInvalidError(found)
    return found


def _hash(path: str, body: bytes) -> str:
    return hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
