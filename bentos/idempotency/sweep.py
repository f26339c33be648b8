"""Kept answers that are too old go, a few at a time."""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path

from bentos.idempotency.claim import is_still, lock

FOLDERS = 256
SHORTEST_PAUSE_S = 0.25


class Sweeper:
    """A thread that looks through one of the folders at a time, all of them within a quarter of the window.

    Each worker has one; they start at different folders and do not mind each other.
    """

    def __init__(self, home: Path, window_s: float) -> None:
        self._home, self._window_s = home, window_s
        self._pause_s = max(SHORTEST_PAUSE_S, window_s / 4 / FOLDERS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin to sweep in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sweeping."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        place = secrets.randbelow(FOLDERS)
        while not self._stop.wait(self._pause_s):
            place = (place + 1) % FOLDERS
            with suppress(OSError):
                sweep(self._home / f"{place:02x}", self._window_s)


def sweep(folder: Path, window_s: float) -> int:
    """Remove the files of a folder that nobody works on and that are older than the window; give how many."""
    if not folder.is_dir():
        return 0
    oldest_s = time.time() - window_s
    with os.scandir(folder) as entries:
        old = [Path(entry.path) for entry in entries if entry.stat().st_mtime < oldest_s]
    return sum(_remove(path, oldest_s) for path in old)


def _remove(path: Path, oldest_s: float) -> bool:
    with suppress(FileNotFoundError):
        fd = os.open(path, os.O_RDONLY)
        try:
            # locked, so that nobody begins to work on it now; and looked at again, since somebody just did
            if lock(fd) and is_still(path, fd) and os.fstat(fd).st_mtime < oldest_s:
                path.unlink()
                return True
        finally:
            os.close(fd)
    return False
