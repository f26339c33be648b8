"""The folder of one training: all that its processes and the workers of the service tell each other.

::

    <state>/trainings/<id>/
        request.json    what was asked, and when
        process.json    who keeps it
        lock            held open and locked by its processes: while one of them lives, so does the training
        events.jsonl    what it says, a line each
        log             what its libraries print
        stop            somebody asked it to stop
        ended.json      how it ended
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOG_TAIL_BYTES = 8 * 1024


@dataclass(frozen=True)
class Folder:
    """One training's folder."""

    path: Path

    @property
    def id(self) -> str:
        """The training's id, a UUIDv7."""
        return self.path.name

    @property
    def lock(self) -> Path:
        """The file that is locked while the training lives."""
        return self.path / "lock"

    @property
    def events(self) -> Path:
        """What the training says."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """What its libraries print."""
        return self.path / "log"

    @property
    def is_alive(self) -> bool:
        """Whether one of its processes lives."""
        try:
            fd = os.open(self.lock, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            # shared: two that look at once do not take each other for the training
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(fd)
        return False

    def is_of(self, dataset: str | None) -> bool:
        """Whether it is a training of this dataset; of None any is."""
        return dataset is None or (self.read("request") or {}).get("dataset") == dataset

    @property
    def was_asked_to_stop(self) -> bool:
        """Whether somebody asked it to stop."""
        return (self.path / "stop").exists()

    def ask_to_stop(self) -> None:
        """Note that somebody asks it to stop."""
        (self.path / "stop").touch()

    def read(self, name: str) -> dict[str, Any] | None:
        """Read one of its JSON files, `request`, `process` or `ended`; None if it is not there."""
        try:
            found: dict[str, Any] = json.loads((self.path / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        return found

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Write one of its JSON files whole."""
        partial = self.path / f".{name}.json"
        partial.write_text(json.dumps(value))
        partial.replace(self.path / f"{name}.json")

    def log_tail(self) -> str:
        """Read the last lines of its log, at most 8 KiB."""
        try:
            with self.log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LOG_TAIL_BYTES))
                tail = file.read(LOG_TAIL_BYTES)
        except FileNotFoundError:
            return ""
        if size > LOG_TAIL_BYTES:
            tail = tail.partition(b"\n")[2] or tail
        return tail.decode(errors="replace")

    def last_sign_us(self) -> int:
        """Give the time of the last thing that was written of it, microseconds since 1970."""
        signs = [path.stat().st_mtime_ns for path in (self.path, self.events, self.log) if path.exists()]
        return max(signs, default=0) // 1000


def trainings_folder(state: Path) -> Path:
    """Give the folder of all trainings of a state folder."""
    return state / "trainings"


def list_folders(state: Path, dataset: str | None = None) -> list[Folder]:
    """List the trainings that are kept, of one dataset or of all that share the state folder.

    The newest is first: the order of their ids is that of time.
    """
    home = trainings_folder(state)
    names = [entry.name for entry in os.scandir(home)] if home.is_dir() else []
    found = [Folder(home / name) for name in sorted(filter(OWN_NAME.fullmatch, names), reverse=True)]
    return [folder for folder in found if folder.is_of(dataset)]


def find_folder(state: Path, id: str, dataset: str | None = None) -> Folder | None:
    """Find the folder of a training, of one dataset or of any, or None.

    An id of another form is never taken for a path.
    """
    folder = Folder(trainings_folder(state) / id) if OWN_NAME.fullmatch(id) else None
    return folder if folder is not None and folder.path.is_dir() and folder.is_of(dataset) else None
