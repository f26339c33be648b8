"""The sealer: closed spool files move into the ledger, by a process beside the workers."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bentos.aside.child import Child, EndedError
from herdbook.dataset import Dataset
from herdbook.errors import HerdbookError, StoreAwayError
from herdbook.ledger import Ledger
from herdbook.prediction_log.spool import locked, spool_files, spool_folder, sweep_unfinished

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
STUCK_S = 600.0
"""A file that cannot be sealed for a reason of its own is tried again after so long."""

LOCK = ".sealing"
TASK = "sealing"

OF_THE_WORKER = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Troubles that are not those of the file at which they are met."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Sealer:
    """Has every file of the spool sealed that nobody writes: own closed ones, and those of dead workers.

    A thread looks what waits; the work is done by a process of low priority, which starts when there is some
    and ends when it has been idle. Of the workers that share a spool one at a time keeps such a process, by
    the lock of a file in it. While the store is away, files wait.
    """

    def __init__(
        self, spool: Path, dataset: Dataset, open_ledger: Callable[[], Ledger], *, poll_s: float = 0.5
    ) -> None:
        self._folder = spool_folder(spool, dataset.name)
        self._dataset = dataset.name
        self._open_ledger = open_ledger
        self._poll_s = poll_s
        self._url: str | None = None
        self._child: Child | None = None
        self._lock: int | None = None
        self._stuck: dict[str, float] = {}
        self._said: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        """Begin to seal in the background."""
        self._thread.start()

    def drain(self, timeout_s: float = 20.0) -> int:
        """Seal all that is left in the spool and free, end, and tell how many files could not be sealed.

        Call it after the write-ahead log is closed. Files that other workers write are theirs to drain.
        """
        until_s = time.monotonic() + timeout_s
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive() and (child := self._child) is not None:
                child.kill()
                self._thread.join()
        self._stuck.clear()
        attempt = 0
        while time.monotonic() < until_s and not self._tried(lambda: self._is_settled(until_s)):
            time.sleep(min(BACKOFF_S[min(attempt, 2)], max(0.0, until_s - time.monotonic())))
            attempt += 1
        self._let_go()
        if left := len(self._free(is_every=True)):
            logger.warning("%d files of the prediction log are not sealed; the next start seals them", left)
        return left

    def _is_settled(self, until_s: float) -> bool:
        """Seal what can be sealed; tells whether waiting would help no more."""
        while self._free():
            if not self._take():
                time.sleep(0.02)  # another worker's process is at it
            elif self._pass(until_s):
                return False
            if time.monotonic() >= until_s:
                return True
        return True

    def _run(self) -> None:
        self._tried(lambda: sweep_unfinished(self._folder))
        failures = 0
        while not self._stop.is_set():
            failures = failures + 1 if self._tried(self._look) is not False else 0
            wait_s = self._poll_s if not failures else BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]
            self._stop.wait(wait_s)

    def _tried(self, work: Callable[[], T]) -> T | None:
        """Do some of the work; None if something went wrong that nobody foresaw."""
        try:
            done = work()
        except Exception:  # the door of the thread: whatever happens, it must be tried again
            if "work" not in self._said:
                self._said.add("work")
                logger.exception("The prediction log waits in the spool, and is tried again")
            self._let_go()  # the process may be in the middle of an answer, and another worker better off
            return None
        self._said.discard("work")
        return done

    def _look(self) -> bool:
        """Have sealed what waits; tells whether something is in the way of all of it."""
        if self._child is not None and not self._child.is_alive:
            self._let_go()
        if not self._free() or not self._take():
            return False
        if self._pass(None):
            return True
        while not self._stop.is_set() and not self._free() and self._tidy():
            pass
        return False

    def _free(self, *, is_every: bool = False) -> list[Path]:
        """List files that nobody holds and that are worth a try: one of them, or every one."""
        found = []
        for path in spool_files(self._folder):
            if self._stuck.get(path.name, 0.0) > time.monotonic() and not is_every:
                continue
            if self._is_free(path):
                found.append(path)
            if found and not is_every:
                break
        return found

    def _is_free(self, path: Path) -> bool:
        try:
            with locked(path) as is_free:
                return is_free
        except OSError as error:
            if error.errno in OF_THE_WORKER:
                raise
            self._stuck[path.name] = time.monotonic() + STUCK_S
            self._say(path.name, f"The spool file {path.name} cannot be opened: {error}")
            return False

    def _take(self) -> bool:
        """Become the one worker that has the spool sealed, if no other is."""
        if self._lock is None:
            lock = os.open(self._folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True

    def _let_go(self) -> None:
        """End the process, and let another worker have one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _pass(self, until_s: float | None) -> bool:
        """Seal for a turn; tells whether the store is away, or the process ended."""
        told = self._ask("seal", until_s=until_s)
        if told is None:
            return True
        for name, sentence in told["troubles"].items():
            self._stuck[name] = time.monotonic() + STUCK_S
            self._say(name, f"The spool file {name} cannot be sealed: {sentence}")
        if told["sealed"]:
            self._said.discard("store")
        if told["away"] is not None:
            self._say("store", f"The prediction log waits in the spool: {told['away']}")
        return told["away"] is not None

    def _tidy(self) -> bool:
        """Merge segments for a turn; tells whether there is more to merge."""
        told = self._ask("tidy", stop=self._stop)
        if told is not None and told["trouble"] is not None:
            self._say("merge", f"Segments of the prediction log cannot be merged: {told['trouble']}")
        return told is not None and bool(told["more"])

    def _ask(self, task: str, **limits: Any) -> dict[str, Any] | None:
        """Ask the process, started if need be; None if it gave no answer."""
        try:
            if self._url is None:
                self._url = self._open_ledger().url
            if self._child is None:
                self._child = Child(TASK)
            question = {"ledger": self._url, "folder": str(self._folder), "dataset": self._dataset}
            return self._child.ask({"do": task, **question}, **limits).head
        except StoreAwayError as error:
            self._say("store", f"The prediction log waits in the spool: {error}")
        except HerdbookError as error:
            self._say("store", f"The prediction log cannot be sealed: {error}")
        except (
            EndedError,
            TimeoutError,
            OSError,
            ValueError,
            KeyError,
        ) as error:  # or no answer in our shape
            self._bury(error)
        return None

    def _bury(self, error: Exception) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
        if not isinstance(error, TimeoutError) and getattr(error, "code", 1) != 0:
            self._say("process", f"The process that seals the prediction log is started again: {error}")

    def _say(self, subject: str, sentence: str) -> None:
        """Log a sentence once per trouble, not once per attempt."""
        if subject not in self._said:
            self._said.add(subject)
            logger.warning(sentence)
