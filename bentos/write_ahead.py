"""The write-ahead log of one worker: an answer leaves only after its row is on the disk."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from herdbook.dataset import Dataset
from herdbook.disk import make_folder
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.layout import check_shapes
from herdbook.prediction_log.row import Logged
from herdbook.prediction_log.spool import SpoolFile, spool_folder

GROUP_ROWS = 16_384
"""Most rows that one sync waits for, except that one request may bring more."""

logger = logging.getLogger(__name__)


class _Group(NamedTuple):
    """What requests of one event loop append together."""

    loop: asyncio.AbstractEventLoop
    logged: list[Logged]
    done: list[asyncio.Future[None]]

    @property
    def n_rows(self) -> int:
        """How many rows all of them bring."""
        return sum(len(each.ids) for each in self.logged)

    def apart(self) -> list[_Group]:
        """Make a group of each request."""
        return [
            _Group(self.loop, [logged], [done]) for logged, done in zip(self.logged, self.done, strict=True)
        ]


class WriteAheadLog:
    """Appends rows to this worker's spool file, on one thread that syncs once for all that waits.

    Requests that were answered in one turn of the event loop go to the thread together: one wakes it, and it
    wakes the loop once. A request goes at once if the one before it waited beside no other.

    The file is closed, and a new one begun, once it holds `seal_rows` rows or its first row is `seal_s` old;
    closed files are for the sealer.
    """

    def __init__(
        self, spool: Path, dataset: Dataset, *, seal_rows: int = 50_000, seal_s: float = 30.0
    ) -> None:
        self._folder = spool_folder(spool, dataset.name)
        self._dataset = dataset
        self._n_features = len(dataset.features)
        self._seal_rows = seal_rows
        self._seal_s = seal_s
        self._queue: SimpleQueue[_Group | None] = SimpleQueue()
        self._over: _Group | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gathered: _Group | None = None
        self._gathered_rows = 0
        self._n_waiting = self._n_appended = 0
        self._is_alone = True  # whether the request before waited beside no other: then none need be awaited
        self._file: SpoolFile | None = None
        self._due_s = 0.0
        self._closed_files: dict[Path, int] = {}
        self._is_closed = False
        self._lock = threading.Lock()
        try:
            make_folder(self._folder)
        except OSError as error:
            raise self._error(error.strerror or "?", "set HERDBOOK_STATE to a folder on a disk") from error
        self._thread = threading.Thread(target=self._run, name="write-ahead-log", daemon=True)
        self._thread.start()

    async def append(self, logged: Logged) -> None:
        """Return once the rows are on the disk; called on one event loop, unless the one before is closed.

        Raises
        ------
        PredictionLogError
            They could not be written, or the log is closed: the prediction may not be answered.
        ValueError
            The columns do not fit together.
        """
        check_shapes(logged, self._n_features)
        # Python 3.11 makes a system call whenever it is asked for the loop
        loop = self._loop
        if loop is None or loop.is_closed():
            loop, self._gathered = asyncio.get_running_loop(), None
            self._loop = loop
        done = loop.create_future()
        is_first = self._n_waiting == 0
        self._n_waiting += 1
        self._n_appended = number = self._n_appended + 1
        self._gather(loop, logged, done)
        if is_first and self._is_alone:
            self._hand_over()
        try:
            await done
        finally:
            self._n_waiting -= 1
            self._is_alone = is_first and number == self._n_appended

    def _gather(self, loop: asyncio.AbstractEventLoop, logged: Logged, done: asyncio.Future[None]) -> None:
        """Add a request to those that the loop hands over at its next turn."""
        group = self._gathered
        if group is not None and self._gathered_rows + len(logged.ids) > GROUP_ROWS:
            self._hand_over()
            group = None
        if group is None:
            group = self._gathered = _Group(loop, [], [])
            self._gathered_rows = 0
            loop.call_soon(self._hand_over)
        group.logged.append(logged)
        group.done.append(done)
        self._gathered_rows += len(logged.ids)

    def _hand_over(self) -> None:
        """Give the thread what was gathered in this turn of the loop."""
        group, self._gathered = self._gathered, None
        if group is None:  # it went before its turn
            return
        with self._lock:
            if not self._is_closed:
                self._queue.put(group)
                return
        _settle(group.done, self._error("it is closed", "send the request again"))

    @property
    def depth(self) -> int:
        """How many rows of this worker are not sealed yet."""
        for path in [path for path in list(self._closed_files) if not path.exists()]:
            self._closed_files.pop(path, None)
        file = self._file
        return sum(list(self._closed_files.values())) + (file.n_rows if file else 0)

    def close(self) -> None:
        """Write what waits, and leave the file to the sealer. May be called twice."""
        with self._lock:
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            groups, is_open = self._next_groups()
            if groups:
                self._commit(groups)
            if self._file is not None and self._is_due(self._file):
                self._close_file()
        if self._file is not None:
            self._close_file()

    def _next_groups(self) -> tuple[list[_Group], bool]:
        """Wait for something to do; returns what waits, and False once the log is to close."""
        groups: list[_Group] = []
        n_rows = 0
        try:
            found = self._first_group()
            while found is not None:
                n_rows += found.n_rows
                if groups and n_rows > GROUP_ROWS:
                    self._over = found
                    return groups, True
                groups.append(found)
                found = self._queue.get_nowait()
        except Empty:
            return groups, True
        return groups, False

    def _first_group(self) -> _Group | None:
        over, self._over = self._over, None
        if over is not None:
            return over
        timeout_s = None if self._file is None else max(0.0, self._due_s - time.monotonic())
        return self._queue.get(timeout=timeout_s)

    def _commit(self, groups: list[_Group]) -> None:
        try:
            self._write([logged for group in groups for logged in group.logged])
        except OSError as error:
            logger.exception("The prediction log cannot be written")
            problem = error.strerror or type(error).__name__
            _resolve(groups, self._error(problem, "make room on its disk, then send the request again"))
            self._close_file()
        except Exception as error:  # noqa: BLE001 - the door of this thread: one bad request must not fail the others
            alone = [each for group in groups for each in group.apart()]
            if len(alone) == 1:
                _resolve(alone, error)
            else:
                for each in alone:
                    self._commit([each])
        else:
            _resolve(groups, None)

    def _write(self, logged: Sequence[Logged]) -> None:
        if self._file is None:
            self._file = SpoolFile(self._folder, self._dataset)
            self._due_s = time.monotonic() + self._seal_s
        self._file.append(logged)

    def _is_due(self, file: SpoolFile) -> bool:
        return file.n_rows >= self._seal_rows or file.is_full or time.monotonic() >= self._due_s

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            if file.n_rows:
                self._closed_files[file.path] = file.n_rows
            file.close()

    def _error(self, problem: str, cure: str) -> PredictionLogError:
        return PredictionLogError(self._dataset.name, problem=problem, cure=cure)


def _resolve(groups: list[_Group], error: Exception | None) -> None:
    """Wake every request of the groups, with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for group in groups:
        loops.setdefault(group.loop, []).extend(group.done)
    for loop, futures in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, futures, error)


def _settle(futures: list[asyncio.Future[None]], error: Exception | None) -> None:
    for done in futures:
        if not done.done():
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
