"""The write-ahead log of one worker: an answer leaves only after its row is on the disk."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from herdbook.dataset import Dataset
from herdbook.disk import make_folder
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.row import Logged
from herdbook.prediction_log.spool import SpoolFile, spool_folder

GROUP_ROWS = 16_384
"""Most rows that one sync waits for, except that one request may bring more."""

logger = logging.getLogger(__name__)


Faults = Sequence[Exception | None]
"""Of what was appended together, for each: what went wrong, or None once all of its rows are on the disk."""

Settle = Callable[[Faults], None]


class _Group(NamedTuple):
    """What is appended together, and who is told on which event loop."""

    loop: asyncio.AbstractEventLoop
    logged: Sequence[Logged]
    settle: Settle

    @property
    def n_rows(self) -> int:
        """How many rows all of it has."""
        return sum(len(each.ids) for each in self.logged)


class WriteAheadLog:
    """Appends rows to this worker's spool file, on one thread that syncs once for all that waits.

    The requests of one batch go to the thread together: one wakes it, and it wakes the loop once.

    The file is closed, and a new one begun, once it holds `seal_rows` rows or its first row is `seal_s` old;
    closed files are for the sealer.
    """

    def __init__(
        self, spool: Path, dataset: Dataset, *, seal_rows: int = 50_000, seal_s: float = 30.0
    ) -> None:
        self._folder = spool_folder(spool, dataset.name)
        self._dataset = dataset
        self._seal_rows = seal_rows
        self._seal_s = seal_s
        self._queue: SimpleQueue[_Group | None] = SimpleQueue()
        self._over: _Group | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
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
        """Return once the rows are on the disk.

        Raises
        ------
        PredictionLogError
            They could not be written, or the log is closed: the prediction may not be answered.
        ValueError
            The columns do not fit together.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(faults: Faults) -> None:
            if done.done():
                return
            if (error := faults[0]) is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self._put(_Group(loop, [logged], settle))
        await done

    def append_together(self, logged: Sequence[Logged], settle: Settle) -> None:
        """Append the rows of many requests; the errors are those of `append`.

        Called on one event loop, unless the one before is closed. There `settle` is called once, with what
        became of all of them: later, or before this returns if the log is closed.
        """
        # Python 3.11 makes a system call whenever it is asked for the loop
        loop = self._loop
        if loop is None or loop.is_closed():
            loop = self._loop = asyncio.get_running_loop()
        self._put(_Group(loop, logged, settle))

    def _put(self, group: _Group) -> None:
        with self._lock:
            if not self._is_closed:
                self._queue.put(group)
                return
        group.settle([self._error("it is closed", "send the request again")] * len(group.logged))

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
        faults = self._attempt([logged for group in groups for logged in group.logged])
        told: dict[asyncio.AbstractEventLoop, list[tuple[Settle, Faults]]] = {}
        first = 0
        for group in groups:
            last = first + len(group.logged)
            told.setdefault(group.loop, []).append((group.settle, faults[first:last]))
            first = last
        for loop, each in told.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_tell, each)

    def _attempt(self, logged: Sequence[Logged]) -> Faults:
        """Write all of it with one sync, or find out which of it is at fault."""
        try:
            self._write(logged)
        except OSError as error:
            logger.exception("The prediction log cannot be written")
            self._close_file()
            problem = error.strerror or type(error).__name__
            fault = self._error(problem, "make room on its disk, then send the request again")
            return [fault] * len(logged)
        except Exception as error:  # noqa: BLE001 - the door of this thread: one bad request must not fail the others
            if len(logged) == 1:
                return [error]
            return [fault for each in logged for fault in self._attempt([each])]
        return [None] * len(logged)

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
            try:
                file.close()
            except OSError:  # what it holds is on the disk, and whoever waits must still be told
                logger.exception("A file of the prediction log cannot be closed")

    def _error(self, problem: str, cure: str) -> PredictionLogError:
        return PredictionLogError(self._dataset.name, problem=problem, cure=cure)


def _tell(settled: Sequence[tuple[Settle, Faults]]) -> None:
    for settle, faults in settled:
        try:
            settle(faults)
        except Exception:  # one that fails to hear must not keep the others from hearing
            logger.exception("What was logged could not be told")
