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


class _Waiting(NamedTuple):
    logged: Logged
    done: asyncio.Future[None]


class WriteAheadLog:
    """Appends rows to this worker's spool file, on one thread that syncs once for all that waits.

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
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
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
        check_shapes(logged, len(self._dataset.features))
        done = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._is_closed:
                raise self._error("it is closed", "send the request again")
            self._queue.put(_Waiting(logged, done))
        await done

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
            group, is_open = self._next_group()
            if group:
                self._commit(group)
            if self._file is not None and self._is_due(self._file):
                self._close_file()
        if self._file is not None:
            self._close_file()

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """Wait for something to do; returns what waits, and False once the log is to close."""
        group: list[_Waiting] = []
        n_rows = 0
        try:
            timeout_s = None if self._file is None else max(0.0, self._due_s - time.monotonic())
            found = self._queue.get(timeout=timeout_s)
            while found is not None:
                group.append(found)
                n_rows += len(found.logged.ids)
                if n_rows >= GROUP_ROWS:
                    return group, True
                found = self._queue.get_nowait()
        except Empty:
            return group, True
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            self._write([waiting.logged for waiting in group])
        except OSError as error:
            logger.exception("The prediction log cannot be written")
            problem = error.strerror or type(error).__name__
            _resolve(group, self._error(problem, "make room on its disk, then send the request again"))
            self._close_file()
        except Exception as error:  # noqa: BLE001 - the door of this thread: one bad request must not fail the others
            if len(group) == 1:
                _resolve(group, error)
            else:
                for waiting in group:
                    self._commit([waiting])
        else:
            _resolve(group, None)

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


def _resolve(group: list[_Waiting], error: Exception | None) -> None:
    """Wake every request of the group, with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for waiting in group:
        loops.setdefault(waiting.done.get_loop(), []).append(waiting.done)
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
