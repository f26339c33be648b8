"""The parts of an output that grows: a folder beside it, so that a killed run goes on where it was.

`OUT.parts/` holds `manifest.json`, which says what is being scored and how it is cut, and one Arrow file for
each chunk that was answered, there as a whole or not at all. Every chunk has an Idempotency-Key of its own,
so one whose answer got lost is answered again, within the window of the service, and not logged again.
"""

from __future__ import annotations

import fcntl
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
import pyarrow as pa

from cli.scoring_manifest import Manifest, Task, put, read_manifest, write_manifest

LOCK = "lock"
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


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
    held = read_manifest(folder)
    others = held.differing(task) if held else []
    if held and not others:
        return held.run
    if held and not is_forced:
        said = ", ".join(others) if held.task else "its manifest"
        raise click.UsageError(
            f"{str(folder)!r} holds parts of another run ({said} differs); "
            "ask as then to finish it, or give --force to begin anew"
        )
    for path in folder.glob("part-*"):
        path.unlink()
    run = uuid.uuid4().hex
    write_manifest(folder, Manifest(asdict(task), run))
    return run


def publish(temporary: Path, out: Path, folder: Path) -> None:
    """Let the finished output appear at once, and remove its parts."""
    put(temporary, out)
    shutil.rmtree(folder)
