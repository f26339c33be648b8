"""BentoML's metrics of requests, counted at a fraction of the price: the same names, labels and buckets."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from timeit import default_timer

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bentos.internals import Series, request_labels, request_series
from bentos.tally import Count, Level, Spread, Tallies

METRICS = "/metrics"
MOST_PATHS = 512
OTHER = "/…"
"""Stands for every path past the first `MOST_PATHS`: who asks for ever new ones does not fill the memory."""

STATUS = "http_response_code"


class Traffic:
    """ASGI middleware around everything.

    Parameters
    ----------
    tallies
        Where what is counted adds up.
    namespace
        What the names of the metrics begin with.
    skip_paths
        A request for what begins with one of these is no sign of life of a client.
    """

    def __init__(self, app: ASGIApp, *, tallies: Tallies, namespace: str, skip_paths: Sequence[str]) -> None:
        self._app = app
        self._tallies = tallies
        self._namespace = namespace
        self._skip_paths = tuple(skip_paths)
        self._paths: dict[str, _Path] = {}
        self._make: Callable[[str], _Path] = self._first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it once its answer is whole."""
        if scope["type"] != "http" or (path := scope["path"]) == METRICS:
            await self._app(scope, receive, send)
            return
        found = self._paths.get(path) or self._make(path)
        found.begin()
        self._tallies.stir()
        watch = _Watch(send)
        began_s = default_timer()
        try:
            await self._app(scope, receive, watch)
        finally:
            found.in_progress.at -= 1
            if watch.is_whole:
                found.count(watch.status, default_timer() - began_s)

    def _first(self, path: str) -> _Path:
        """Make the metrics; only now has BentoML said what their labels are."""
        series, labels = request_series(self._namespace), request_labels()
        last = Level(series.last_request.labels(**labels))
        self._tallies.add(last)

        def make(path: str) -> _Path:
            path = path if len(self._paths) < MOST_PATHS else OTHER
            if path not in self._paths:
                is_sign = not path.startswith(self._skip_paths)
                self._paths[path] = _Path(
                    series, {"endpoint": path, **labels}, self._tallies, last=last if is_sign else None
                )
            return self._paths[path]

        self._make = make
        return make(path)


class _Path:
    """What is counted of the requests for one path."""

    def __init__(
        self, series: Series, labels: dict[str, str], tallies: Tallies, *, last: Level | None
    ) -> None:
        self._series, self._labels, self._tallies, self._last = series, labels, tallies, last
        self._answered: dict[int, tuple[Count, Spread]] = {}
        self.in_progress = Level(series.in_progress.labels(**labels))
        tallies.add(self.in_progress)

    def begin(self) -> None:
        """Count a request that begins."""
        self.in_progress.at += 1
        if self._last is not None:
            self._last.at = time.time()

    def count(self, status: int, seconds: float) -> None:
        """Count an answer."""
        total, duration = self._answered.get(status) or self._add(status)
        total.n += 1
        duration.observe(seconds)

    def _add(self, status: int) -> tuple[Count, Spread]:
        labels = self._labels | {STATUS: str(status)}
        total = Count(self._series.total.labels(**labels))
        duration = Spread(self._series.duration.labels(**labels))
        self._tallies.add(total, duration)
        self._answered[status] = total, duration
        return total, duration


class _Watch:
    """Sees what an answer is while it passes."""

    __slots__ = ("_send", "is_whole", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.is_whole = False

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.is_whole = not message.get("more_body", False)
        return self._send(message)
