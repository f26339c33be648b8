"""The parts of an output that grows: a folder beside it, so that a killed run goes on where it was.

`OUT.parts/` holds `manifest.json`, which says what is being scored and how it is cut, and one Arrow file for
each chunk that was answered, there as a whole or not at all. Every chunk has an Idempotency-Key of its own,
so one whose answer got lost is answered again, within the window of the service, and not logged again.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from cli.scoring_manifest import MANIFEST, Manifest, Task, put, read_manifest, write_manifest

LOCK = "lock"
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


class Parts:
    """The folder of parts of one output; made by `open_parts`.

    Attributes
    ----------
    folder
        Where the parts lie.
    told
        What is told of the finished output, if an earlier run was killed after it appeared.
    """

    def __init__(self, out: Path, manifest: Manifest) -> None:
        self.folder = folder = folder_of(out)
        self._out = out
        self._manifest = manifest
        self.told = manifest.finished["told"] if manifest.finished and manifest.is_finished(out) else None
        self._finished = {int(path.stem.removeprefix("part-")) for path in folder.glob("part-*.arrow")}

    def __len__(self) -> int:
        return len(self._finished)

    def __contains__(self, number: int) -> bool:
        return number in self._finished

    def key(self, number: int) -> str:
        """Give the Idempotency-Key of a chunk."""
        return f"{self._manifest.run}-{number}"

    def add(self, number: int, table: pa.Table) -> None:
        """Keep an answered chunk, durably."""
        path = self._path(number)
        temporary = path.with_suffix(".tmp")
        with (
            pa.OSFile(str(temporary), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=OPTIONS) as writer,
        ):
            writer.write_table(table)
        put(temporary, path)
        self._finished.add(number)

    def tables(self) -> Iterator[pa.Table]:
        """Read the parts in their order."""
        for number in sorted(self._finished):
            with pa.OSFile(str(self._path(number))) as source:
                yield pa.ipc.open_file(source).read_all()

    def schemas(self) -> Iterator[pa.Schema]:
        """Read what the parts hold, in their order."""
        for number in sorted(self._finished):
            with pa.OSFile(str(self._path(number))) as source:
                yield pa.ipc.open_file(source).schema

    def publish(self, whole: Path, told: dict[str, Any]) -> None:
        """Let the finished output appear at once."""
        write_manifest(self.folder, self._manifest.finish(whole, told))
        put(whole, self._out)

    def remove(self) -> None:
        """Remove the parts, and then what explains them."""
        of_parts = [path for path in self.folder.iterdir() if path.name not in (MANIFEST, LOCK)]
        for path in (*of_parts, self.folder / MANIFEST):
            path.unlink()

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:08d}.arrow"


def folder_of(out: Path) -> Path:
    """Give the folder of the parts of an output."""
    return out.with_name(out.name + ".parts")


def require_free_name(out: Path, *, is_forced: bool) -> None:
    """Refuse to overwrite an output, unless it is wanted, or was when its parts were begun.

    Raises
    ------
    click.UsageError
        A file is there, and nobody said that it may be overwritten.
    """
    held = read_manifest(folder_of(out))
    is_ours = held is not None and (held.overwrites or held.is_finished(out))
    if out.exists() and not is_forced and not is_ours:
        said = "choose another name, or overwrite it with --force"
        raise click.UsageError(f"{str(out)!r} is there already; {said}")


@contextmanager
def open_parts(out: Path, task: Task, *, is_forced: bool) -> Iterator[Parts]:
    """Open the parts that an earlier run of the same task left, or begin; with `is_forced` always begin.

    Raises
    ------
    click.UsageError
        Another run writes them, or they are of another task.
    """
    with _locked(out):
        require_free_name(out, is_forced=is_forced)  # another command may have finished it meanwhile
        yield Parts(out, _manifest_of(folder_of(out), task, is_forced=is_forced))


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold the lock of the folder of parts; one that holds no manifest then goes away again."""
    path = folder_of(out) / LOCK
    lock = _lock_of(out, path)
    try:
        yield
    finally:
        if not (path.parent / MANIFEST).exists():
            path.unlink()
            with suppress(OSError):  # another command has just begun in it
                path.parent.rmdir()
        os.close(lock)


def _lock_of(out: Path, path: Path) -> int:
    while True:
        lock = _opened(path)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise click.UsageError(f"another command is writing {str(out)!r} now; let it finish") from None
        if _is_still(path, lock):
            return lock
        os.close(lock)  # a command that ended had just removed it


def _opened(path: Path) -> int:
    while True:
        path.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # the folder went away in between
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _is_still(path: Path, fd: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def _manifest_of(folder: Path, task: Task, *, is_forced: bool) -> Manifest:
    held = None if is_forced else read_manifest(folder)
    if held is not None:
        _require_same(folder, held, task)
        return held
    for path in folder.glob("part-*"):
        path.unlink()
    manifest = Manifest(asdict(task), uuid.uuid4().hex, overwrites=is_forced)
    write_manifest(folder, manifest)
    return manifest


def _require_same(folder: Path, held: Manifest, task: Task) -> None:
    if others := held.differing(task):
        said = ", ".join(others) if held.task else "its manifest"
        raise click.UsageError(
            f"{str(folder)!r} holds parts of another run ({said} differs); "
            "ask as then to finish it, or give --force to begin anew"
        )
