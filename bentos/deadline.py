"""How long something may take: one timer for all that has the same time, instead of one for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Watch(Generic[T]):
    """Calls `end` with each thing that is watched for as long as `timeout_s`.

    Things are added in the order in which their time is over, so only the oldest one needs a timer.
    """

    def __init__(self, timeout_s: float, end: Callable[[T], None]) -> None:
        self.timeout_s = timeout_s
        self._end = end
        self._over_s: dict[T, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, thing: T, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch a thing, or begin again with the whole time."""
        if self._loop is not loop:
            self._loop, self._timer = loop, None
            self._over_s.clear()
        self._over_s.pop(thing, None)
        self._over_s[thing] = over_s = loop.time() + self.timeout_s
        if self._timer is None:
            self._timer = loop.call_at(over_s, self._look)

    def remove(self, thing: T) -> None:
        """Watch a thing no more."""
        self._over_s.pop(thing, None)

    def _look(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        for thing, over_s in list(self._over_s.items()):
            if over_s > now_s:
                self._timer = loop.call_at(over_s, self._look)
                break
            self.remove(thing)
            self._end(thing)


class Deadlines:
    """Ends what takes longer than `timeout_s`, as `asyncio.timeout` does."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._watch: Watch[Deadline] = Watch(timeout_s, Deadline.end)

    def begin(self) -> Deadline:
        """Begin the time of what the current task does; use it in a `with`."""
        return Deadline(self._watch)


class Deadline:
    """The time of one task; leaving the `with` raises `TimeoutError` if it was over before."""

    __slots__ = ("_is_over", "_loop", "_n_cancelling", "_task", "_watch")

    def __init__(self, watch: Watch[Deadline]) -> None:
        self._watch = watch
        self._is_over = False

    def __enter__(self) -> Self:
        """Begin."""
        self._loop = loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._task, self._n_cancelling = task, task.cancelling()
        self._watch.add(self, loop)
        return self

    def restart(self) -> None:
        """Begin again with the whole time."""
        self._watch.add(self, self._loop)

    def end(self) -> None:
        """Cancel the task: its time is over."""
        self._is_over = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop watching; somebody else's cancellation passes as it is."""
        self._watch.remove(self)
        if not self._is_over:
            return
        is_ours = self._task.uncancel() <= self._n_cancelling
        if is_ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error
