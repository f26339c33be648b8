"""The parts of an output that grows: a folder beside it, so that a killed run goes on where it was.

`OUT.parts/` holds `manifest.json`, which says what is being scored and how it is cut, and one Arrow file for
each chunk that was answered, there as a whole or not at all. Every chunk has an Idempotency-Key of its own,
so one whose answer got lost is answered again, within the window of the service, and not logged again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from herdbook.disk import sync, sync_folder

FORMAT = 1
"""Of the manifest and the parts; a folder of another format is refused, and begun anew with --force."""

HEAD_BYTES = 2**20
MANIFEST, LOCK = "manifest.json", "lock"
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class Task:
    """What is being scored, and how it is cut: two runs with the same one make the same parts."""

    size_bytes: int
    head_sha256: str
    dataset: str
    schema_hash: str
    n_rows: int
    chunk_rows: int
    suffix: str
    prefix: str


def head_of(path: Path) -> tuple[int, str]:
    """Give the size of a file and the hash of its beginning."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.sha256(file.read(HEAD_BYTES)).hexdigest()


class Parts:
    """The folder of parts of one output; made by `open_parts`.

    Attributes
    ----------
    folder
        Where the parts lie.
    run
        A random name, which begins every Idempotency-Key.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        self.run = run
        self._finished = {int(path.stem.removeprefix("part-")) for path in folder.glob("part-*.arrow")}

    def __len__(self) -> int:
        return len(self._finished)

    def __contains__(self, number: int) -> bool:
        return number in self._finished

    def key(self, number: int) -> str:
        """Give the Idempotency-Key of a chunk."""
        return f"{self.run}-{number}"

    def add(self, number: int, table: pa.Table) -> None:
        """Keep an answered chunk, durably."""
        path = self._path(number)
        temporary = path.with_suffix(".tmp")
        with (
            pa.OSFile(str(temporary), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=OPTIONS) as writer,
        ):
            writer.write_table(table)
        _place(temporary, path)
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

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:08d}.arrow"


def folder_of(out: Path) -> Path:
    """Give the folder of the parts of an output."""
    return out.with_name(out.name + ".parts")


@contextmanager
def open_parts(out: Path, task: Task, *, is_forced: bool) -> Iterator[Parts]:
    """Open the parts that an earlier run of the same task left, or begin.

    Raises
    ------
    click.UsageError
        Another run writes them, or they are of another task and `is_forced` is not given.
    """
    folder = folder_of(out)
    folder.mkdir(exist_ok=True)
    with (folder / LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.UsageError(f"another command is writing {str(out)!r} now; let it finish") from None
        yield Parts(folder, _run_of(folder, task, is_forced=is_forced))


def _run_of(folder: Path, task: Task, *, is_forced: bool) -> str:
    manifest = folder / MANIFEST
    wanted = {"format": FORMAT, **asdict(task)}
    if manifest.exists():
        held = _read(manifest)
        run = held.pop("run", None)
        if held == wanted and isinstance(run, str):
            return run
        if not is_forced:
            others = [name for name in wanted if held.get(name) != wanted[name]]
            raise click.UsageError(
                f"{str(folder)!r} holds parts of another run ({', '.join(others) or 'damaged'} differs); "
                "give its input again to finish it, or --force to begin anew"
            )
    for path in folder.glob("part-*"):
        path.unlink()
    run = uuid.uuid4().hex
    _write(manifest, {**wanted, "run": run})
    return run


def _read(manifest: Path) -> dict[str, Any]:
    try:
        held = json.loads(manifest.read_bytes())
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _write(manifest: Path, held: dict[str, Any]) -> None:
    temporary = manifest.with_suffix(".tmp")
    temporary.write_text(json.dumps(held, indent=1))
    _place(temporary, manifest)


def _place(temporary: Path, path: Path) -> None:
    """Let a whole file appear under its name, durably."""
    fd = os.open(temporary, os.O_RDWR)
    try:
        sync(fd)
    finally:
        os.close(fd)
    temporary.replace(path)
    sync_folder(path.parent)


def publish(temporary: Path, out: Path, folder: Path) -> None:
    """Let the finished output appear at once, and remove its parts."""
    _place(temporary, out)
    shutil.rmtree(folder)
