"""What a folder of parts says of itself: what is being scored, by which run, and whether that is finished."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from herdbook.disk import sync, sync_folder

FORMAT = 1
"""Of the manifest and the parts; a folder of another format is refused, and begun anew with --force."""

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Task:
    """What is being scored, where, and how it is cut: two runs with the same one make the same parts."""

    input_bytes: int
    input_sha256: str
    url: str
    dataset: str
    schema_hash: str
    n_rows: int
    chunk_rows: int
    suffix: str
    prefix: str


def digest_of(path: Path) -> tuple[int, str]:
    """Give the size of a file and the hash of the whole of it."""
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()


def without_user(url: str) -> str:
    """Give a URL without the user and the password in it, which belong into no file.

    >>> without_user("https://ada:secret@herd.example:3000/"), without_user("http://127.0.0.1:3000")
    ('https://herd.example:3000', 'http://127.0.0.1:3000')
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


@dataclass(frozen=True)
class Manifest:
    """What stands in `manifest.json`.

    Attributes
    ----------
    task
        The fields of the task; empty if the file is damaged or of another format.
    run
        A random name, which begins every Idempotency-Key.
    overwrites
        Whether the output that is there already may be overwritten.
    finished
        Which file is the finished output, and `told` of it; None before it is one.
    """

    task: dict[str, Any]
    run: str
    overwrites: bool = False
    finished: dict[str, Any] | None = None

    def finish(self, whole: Path, told: dict[str, Any]) -> Manifest:
        """Note that a file is the finished output, whatever its name will be."""
        return replace(self, finished={"file": _file_of(whole), "told": told})

    def is_finished(self, out: Path) -> bool:
        """Tell whether a file is the finished output."""
        if self.finished is None or not out.exists():
            return False
        return bool(self.finished["file"] == _file_of(out))

    def differing(self, task: Task) -> list[str]:
        """Name what differs from a task."""
        return [name for name, wanted in asdict(task).items() if self.task.get(name) != wanted]


def _file_of(path: Path) -> list[int]:
    """Say which file it is: a rename keeps this, a copy and a change do not."""
    said = path.stat()
    return [said.st_ino, said.st_size, said.st_mtime_ns]


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder of parts; None if there is none."""
    try:
        held = json.loads((folder / MANIFEST).read_bytes())
        is_known = held.pop("format") == FORMAT
        return Manifest(**held) if is_known else Manifest({}, "")
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return Manifest({}, "")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder of parts, as a whole or not at all."""
    temporary = folder / f"{MANIFEST}.tmp"
    temporary.write_text(json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1))
    put(temporary, folder / MANIFEST)


def put(temporary: Path, path: Path) -> None:
    """Let a whole file appear under its name, durably."""
    fd = os.open(temporary, os.O_RDWR)
    try:
        sync(fd)
    finally:
        os.close(fd)
    temporary.replace(path)
    sync_folder(path.parent)
