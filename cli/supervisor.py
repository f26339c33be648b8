"""The processes of one `herdbook up`: started in order, watched, and stopped together whatever happens."""

from __future__ import annotations

import http.client
import resource
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, TypedDict, Unpack
from urllib.parse import urlsplit

from cli.child import Child
from herdbook.errors import ProcessError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_S = 0.1
WATCH_S = 0.5
GRACE_S = 30.0
SHORT_GRACE_S = 2.0
ANSWER_S = 2.0


class How(TypedDict, total=False):
    """How a process is started, if otherwise than usual: see `Child`."""

    folder: Path
    reads_events: bool


class Stopped(KeyboardInterrupt):
    """SIGINT, SIGTERM or SIGHUP arrived."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Supervisor:
    """Own the child processes of a command; leaving the `with` block stops them all, last started first.

    Parameters
    ----------
    logs : Path
        Folder of the processes' logs.
    environment : mapping
        The environment of every child.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs, self._environment = logs, environment
        self._children: list[Child] = []
        self._is_starting = False
        self._received: int | None = None
        self._handlers: dict[signal.Signals, object] = {}
        # `make up` becomes this process once it has installed what is needed, whose cost is another's
        self._reaped_before_s = _used_s(resource.RUSAGE_CHILDREN)

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, self._receive) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for child in reversed(self._children):
                # BentoML loses a SIGTERM that arrives while it starts: nothing is to be drained then.
                child.stop(GRACE_S if child.was_ready else SHORT_GRACE_S)
        except KeyboardInterrupt:
            # A second Ctrl-C: no more patience.
            for child in self._children:
                child.kill()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type] # typeshed hides the handler's type

    def _receive(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._received = number
        if not self._is_starting:
            raise Stopped(number)

    def start(self, name: str, command: Sequence[str], **how: Unpack[How]) -> Child:
        """Start a process; a signal that arrives meanwhile waits until the child is known: no orphan."""
        self._is_starting = True
        log = self._logs / f"{name.lower().replace(' ', '-')}.log"
        try:
            child = Child(name, command, environment=self._environment, log=log, **how)
            self._children.append(child)
        finally:
            self._is_starting = False
        if self._received is not None:
            raise Stopped(self._received)
        return child

    def wait_end(self, child: Child) -> int:
        """Wait until a process has ended, as it should; return its exit code."""
        code = child.process.wait()
        child.stop(0)
        self._children.remove(child)
        return code

    def wait_ready(self, child: Child, url: str, *, host: str | None = None, timeout_s: float) -> None:
        """Return once a GET of the URL answers 200 while the process lives: another's answer is not its own.

        Raises
        ------
        ProcessError
            The process ended, or did not answer in time.
        """
        deadline = time.monotonic() + timeout_s
        while not is_ready(url, host=host) or child.has_ended:
            if child.has_ended:
                raise _ended(child)
            if time.monotonic() > deadline:
                problem = f"was not ready within {timeout_s:.0f} s"
                raise ProcessError(child.name, problem=problem, log=child.log, tail=child.tail())
            time.sleep(POLL_S)
        child.was_ready, child.address = True, urlsplit(url).netloc

    @property
    def children(self) -> tuple[Child, ...]:
        """The processes that it watches, in the order of their start."""
        return tuple(self._children)

    def watch(self, look: Callable[[], object] = lambda: None) -> None:
        """Wait for ever, looking twice a second; a process that ends is an error, a signal ends the wait.

        Raises
        ------
        ProcessError
            One of the processes ended.
        """
        while True:
            look()
            for child in self._children:
                if child.has_ended:
                    raise _ended(child)
            time.sleep(WATCH_S)

    def cpu_s(self) -> float:
        """Return the CPU-seconds of this process and of all its children, ended and alive."""
        alive_s = sum(child.cpu_s() for child in self._children if not child.has_ended)
        reaped_s = _used_s(resource.RUSAGE_CHILDREN) - self._reaped_before_s
        return alive_s + reaped_s + _used_s(resource.RUSAGE_SELF)


def _used_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _ended(child: Child) -> ProcessError:
    code = child.process.returncode
    problem = f"was ended by signal {-code}" if code < 0 else f"ended by itself with exit code {code}"
    return ProcessError(child.name, problem=problem, log=child.log, tail=child.tail())


def is_ready(url: str, *, host: str | None = None) -> bool:
    """Tell whether a GET of the URL answers 200; `host` is the Host header, if another than the URL's."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_S)
    try:
        connection.request("GET", place.path, headers={"Host": host} if host else {})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
