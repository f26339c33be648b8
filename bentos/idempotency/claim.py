"""The claim on a key: its file, held under a lock that the kernel gives back however its holder ends."""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import replace
from pathlib import Path

from bentos.idempotency.kept import MARK_AT, Kept, decode_kept, encode_kept
from herdbook.disk import make_folder, sync, sync_folder


class Claim:
    """A key that this request alone works on until it is released. Every method may wait for the disk.

    Attributes
    ----------
    kept
        The answer that is kept under the key, if there is one.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self._path, self._fd = path, fd
        self.kept = decode_kept(_read(fd))

    def keep(self, kept: Kept) -> None:
        """Bring an answer to the disk; a kill on the way leaves nothing that would be taken for one."""
        data = memoryview(encode_kept(kept))
        os.ftruncate(self._fd, 0)
        place = 0
        while place < len(data):
            place += os.pwrite(self._fd, data[place:], place)
        sync(self._fd)
        sync_folder(self._path.parent)
        self.kept = kept

    def mark_logged(self) -> None:
        """Note that the rows of the kept answer are in the log; if the note is lost, the log tells."""
        assert self.kept is not None
        os.pwrite(self._fd, b"\x01", MARK_AT)
        self.kept = replace(self.kept, is_logged=True)

    def disregard(self) -> None:
        """Take what is kept for nothing: it is too old, or was never given nor logged."""
        self.kept = None

    def release(self) -> None:
        """Let go of the key; what keeps no answer leaves no file."""
        try:
            if self.kept is None:
                self._path.unlink(missing_ok=True)
        finally:
            os.close(self._fd)


def claim(folder: Path, key: str) -> Claim | None:
    """Claim a key; None if somebody works on it."""
    path = path_of(folder, key)
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            make_folder(path.parent)
            continue
        if not lock(fd):
            os.close(fd)
            return None
        if is_still(path, fd):
            return Claim(path, fd)
        os.close(fd)


def lock(fd: int) -> bool:
    """Take the lock of an open file, and tell whether it was free."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def path_of(folder: Path, key: str) -> Path:
    """Give the file of a key: one of many folders, so that none grows too long."""
    name = hashlib.sha256(key.encode("ascii")).hexdigest()
    return folder / name[:2] / name


def is_still(path: Path, fd: int) -> bool:
    """Tell whether an open file bears this name: somebody may have removed it before we had its lock."""
    try:
        return path.stat().st_ino == os.fstat(fd).st_ino
    except FileNotFoundError:
        return False


def _read(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size, 0)
