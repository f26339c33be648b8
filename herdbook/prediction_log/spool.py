"""A spool file being written: rows that were answered and are not in the ledger yet.

A file is named `….log` once its header is on the disk and its writer holds `flock` on it. Whoever can take
that lock later (the writer closed it, or died) may seal it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import uuid_utils

from herdbook.disk import sync, sync_folder
from herdbook.prediction_log.layout import (
    CONTEXT,
    KIND_CONTEXT,
    LARGEST_CONTEXT,
    MAGIC,
    encode_header,
    encode_rows,
    framed,
)
from herdbook.prediction_log.row import Context, Logged

if TYPE_CHECKING:  # the log is read and sealed by processes that need no dataset file
    from herdbook.dataset import Dataset

SUFFIX = ".log"
UNFINISHED = ".new"
UNFINISHED_S = 60.0


def spool_folder(spool: Path, dataset: str) -> Path:
    """Give the folder of one dataset's spool files."""
    return spool / dataset


def spool_files(folder: Path) -> list[Path]:
    """List a folder's spool files, oldest first."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())


def sweep_unfinished(folder: Path) -> None:
    """Remove files whose writer died before they could hold a row."""
    for path in folder.glob(f"*{UNFINISHED}"):
        with locked(path) as is_ours:
            # A file this young may be between its creation and its lock.
            if is_ours and time.time() - path.stat().st_mtime > UNFINISHED_S:
                path.unlink()


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock of a spool file; yields whether it was free and the file is still there."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _is_ours(fd, path)
    finally:
        os.close(fd)


def _is_ours(fd: int, path: Path) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Another sealer may have removed the file between our open and our lock.
        return path.stat().st_ino == os.fstat(fd).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


class SpoolFile:
    """A spool file that this process writes, locked until it is closed.

    Attributes
    ----------
    n_rows
        Rows that are durably in it.
    """

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        self.name = str(uuid_utils.uuid7())
        self.path = folder / (self.name + SUFFIX)
        self.n_rows = 0
        self._n_features = len(dataset.features)
        self._contexts: dict[Context, int] = {}
        unfinished = self.path.with_suffix(UNFINISHED)
        self._fd = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND, 0o600)
        self._size = 0
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            self._write(MAGIC + framed(encode_header(self.name, dataset)))
            unfinished.rename(self.path)
            sync_folder(folder)
        except BaseException:
            os.close(self._fd)
            raise

    def append(self, logged: Sequence[Logged]) -> None:
        """Write all that waits and bring it to the disk with one sync.

        Raises
        ------
        ValueError
            One of them cannot be encoded; nothing is written.
        OSError
            The disk refuses; nothing of it is left in the file, and the file should be closed.
        """
        frames: list[bytes] = []
        contexts = dict(self._contexts)
        for context, group in _by_context(logged).items():
            number = contexts.setdefault(context, len(contexts))
            if context not in self._contexts:
                frames.append(framed(CONTEXT.pack(KIND_CONTEXT, number) + orjson.dumps(tuple(context))))
            frames.append(framed(encode_rows(number, group, self._n_features)))
        self._write(b"".join(frames))
        self._contexts = contexts
        self.n_rows += sum(len(each.ids) for each in logged)

    @property
    def is_full(self) -> bool:
        """Whether no further context can be numbered in it."""
        return len(self._contexts) >= LARGEST_CONTEXT

    def close(self) -> None:
        """Release the lock: from now on anybody may seal it. A file without rows is removed."""
        if self.n_rows == 0:
            self.path.unlink(missing_ok=True)
        os.close(self._fd)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
            sync(self._fd)
        except OSError:
            os.ftruncate(self._fd, self._size)
            raise
        self._size += len(data)


def _by_context(logged: Sequence[Logged]) -> dict[Context, list[Logged]]:
    groups: dict[Context, list[Logged]] = {}
    group: list[Logged] = []
    for place, each in enumerate(logged):
        if place == 0 or not each.is_like(logged[place - 1]):
            group = groups.setdefault(each.context, [])
        group.append(each)
    return groups
