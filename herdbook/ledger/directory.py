"""The ledger in a local directory: the embedded default."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from herdbook.disk import sync, sync_folder
from herdbook.errors import KeyInvalidError, KeyMissingError, StoreAwayError, StoreUnfitError
from herdbook.keys import check_folder, check_key
from herdbook.ledger.protocol import Entry, check_object, check_same

LEFTOVER_AGE_S = 3600.0
"""A temporary file this old belongs to a dead writer: a living one needs milliseconds."""

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


class DirectoryLedger:
    """A ledger in a directory of a file system with hard links.

    An object is written to a temporary file, synced, and linked to its name: `link` fails if the name exists,
    so it is the put-if-absent. Names that start with a dot are our own and never listed.
    """

    def __init__(self, root: Path, *, url: str | None = None, make: bool = True) -> None:
        self.url = str(root) if url is None else url
        self._root = root.absolute()
        self._temporary = self._root / ".temporary"
        self._durable: set[Path] = set()
        with self._reached():
            if make:
                self._temporary.mkdir(parents=True, exist_ok=True)
            self._probe_links()
            self._sweep()

    def create(self, key: str, body: bytes) -> None:
        """Store the body under a free key; on the disk before this returns."""
        check_object(key, body)
        path = self._root / key
        with self._reached():
            temporary = self._write_temporary(body)
            try:
                self._link(temporary, path, key=key)
            except FileExistsError:
                check_same(key, self._read(path, key), body)
            finally:
                temporary.unlink(missing_ok=True)
            # also when the bytes were there: their writer may not have synced the name yet
            sync_folder(path.parent)

    def get(self, key: str) -> bytes:
        """Return the bytes under the key."""
        with self._reached():
            return self._read(self._root / check_key(key), key)

    def list(self, prefix: str, *, after: str = "") -> Iterator[Entry]:
        """Iterate over the objects of a folder, sorted by key."""
        check_folder(prefix)
        return self._walk(prefix, after)

    def stat(self, key: str) -> Entry | None:
        """Return the entry of the key, or None."""
        path = self._root / check_key(key)
        with self._reached():
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                self._temporary.stat()
                return None
            return Entry(key, found.st_size) if path.is_file() else None

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreAwayError(self.url, problem=error.strerror or type(error).__name__) from error

    def _write_temporary(self, body: bytes) -> Path:
        temporary = self._temporary / uuid.uuid4().hex
        with temporary.open("xb") as file:
            file.write(body)
            file.flush()
            sync(file.fileno())
        return temporary

    def _link(self, temporary: Path, path: Path, *, key: str) -> None:
        try:
            self._make_folder(path.parent)
            os.link(temporary, path)
        except NotADirectoryError:
            raise KeyInvalidError(key, expected="a key that lies below no other key") from None
        except FileExistsError:
            if path.is_dir():
                raise KeyInvalidError(key, expected="a key that is not a folder of other keys") from None
            raise

    def _make_folder(self, folder: Path) -> None:
        # never makes the root again: a root that went away is a store that is away, not an empty one
        if folder == self._root or (folder in self._durable and folder.is_dir()):
            return
        self._make_folder(folder.parent)
        try:
            folder.mkdir()
        except FileExistsError:
            if not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(folder)) from None
        # also when it was there: whoever made it may not have synced its name yet
        sync_folder(folder.parent)
        self._durable.add(folder)

    def _read(self, path: Path, key: str) -> bytes:
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._temporary.stat()
            raise KeyMissingError(key) from None

    def _walk(self, prefix: str, after: str) -> Iterator[Entry]:
        for name, size_bytes in self._scan(prefix, after):
            if size_bytes is None:
                yield from self._walk(prefix + name, after)
            else:
                yield Entry(prefix + name, size_bytes)

    def _scan(self, prefix: str, after: str) -> Sequence[tuple[str, int | None]]:
        """List a folder: what lies in it, and folders in which something may, after a key."""
        with self._reached():
            try:
                with os.scandir(self._root / prefix) as entries:
                    return sorted(_told(entry) for entry in entries if _lies_after(entry, prefix, after))
            except (FileNotFoundError, NotADirectoryError):
                self._temporary.stat()
                return []

    def _probe_links(self) -> None:
        first = self._write_temporary(b"probe")
        second = first.with_suffix(".link")
        try:
            os.link(first, second)
        except OSError as error:
            if error.errno in _NO_LINKS:
                raise StoreUnfitError(self.url, problem="its file system has no hard links") from error
            raise
        finally:
            first.unlink(missing_ok=True)
            second.unlink(missing_ok=True)

    def _sweep(self) -> None:
        oldest = time.time() - LEFTOVER_AGE_S
        for left in self._temporary.iterdir():
            try:
                if left.stat().st_mtime < oldest:
                    left.unlink()
            except FileNotFoundError:
                continue


def _told(entry: os.DirEntry[str]) -> tuple[str, int | None]:
    # a folder sorts as its name and a slash, as its keys do
    return (entry.name + "/", None) if entry.is_dir() else (entry.name, entry.stat().st_size)


def _lies_after(entry: os.DirEntry[str], prefix: str, after: str) -> bool:
    """Tell whether a file, or something in a folder, comes after a key; asks the disk for nothing."""
    if entry.name.startswith("."):
        return False
    if not after:
        return True
    key = prefix + entry.name
    # everything below a folder sorts before `after` unless `after` lies in it or before it
    return key > after or (entry.is_dir() and (key + "/" > after or after.startswith(key + "/")))
