"""Reading a spool file, while it grows or after its writer died."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
from crc32c import crc32c

from herdbook.errors import PredictionLogError
from herdbook.prediction_log.layout import (
    CONTEXT,
    FRAME,
    KIND_CONTEXT,
    KIND_HEADER,
    KIND_ROWS,
    LARGEST_FRAME,
    MAGIC,
    ROWS,
    Batch,
    Header,
    Run,
    row_type,
)
from herdbook.prediction_log.row import LOG_FORMAT, Context


@dataclass
class _Gathered:
    blocks: list[memoryview] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


class SpoolReader:
    """Reads a spool file on from where it stopped.

    Attributes
    ----------
    header : Header or None
        What the file says about itself; None until it could be read.
    is_damaged : bool
        Whether bytes were met that are neither a whole frame nor one cut short, as a kill leaves it.
    unread_bytes : int
        Bytes after the last whole frame.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: Header | None = None
        self.is_damaged = False
        self.unread_bytes = 0
        self._offset = 0
        self._contexts: dict[int, Context] = {}

    def read(self) -> list[Batch]:
        """Read the rows that were added since the last call, grouped by context.

        Raises
        ------
        FileNotFoundError
            The file was sealed meanwhile.
        PredictionLogError
            The file is no spool file, or one of a later format.
        """
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = memoryview(file.read())
        start = 0
        if self._offset == 0:
            if bytes(data[: len(MAGIC)]) != MAGIC[: len(data)]:
                raise self._error("it does not begin as a spool file does")
            start = min(len(MAGIC), len(data))
        gathered: dict[int, _Gathered] = {}
        for first, last in self._frames(data, start):
            self._take(data[first:last], gathered)
            start = last
        self._offset += start
        self.unread_bytes = len(data) - start
        return [self._batch(number, found) for number, found in gathered.items()]

    def _frames(self, data: memoryview, start: int) -> Iterator[tuple[int, int]]:
        while start + FRAME.size <= len(data):
            length, checksum = FRAME.unpack_from(data, start)
            first, last = start + FRAME.size, start + FRAME.size + length
            if length == 0 or length > LARGEST_FRAME:
                self.is_damaged |= any(data[start:])
                return
            if last > len(data):
                return
            if crc32c(data[first:last]) == checksum:
                yield first, last
            else:
                self.is_damaged = True
            start = last

    def _take(self, payload: memoryview, gathered: dict[int, _Gathered]) -> None:
        kind = payload[0]
        if kind == KIND_ROWS:
            _kind, number, _n_rows, n_text = ROWS.unpack_from(payload)
            found = gathered.setdefault(number, _Gathered())
            found.runs.extend(Run(*run) for run in orjson.loads(payload[ROWS.size : ROWS.size + n_text]))
            found.blocks.append(payload[ROWS.size + n_text :])
        elif kind == KIND_CONTEXT:
            _, number = CONTEXT.unpack_from(payload)
            model, role, schema_hash, classes = orjson.loads(payload[CONTEXT.size :])
            self._contexts[number] = Context(model, role, schema_hash, tuple(classes))
        elif kind == KIND_HEADER:
            self.header = self._parse_header(payload[1:])
        else:
            raise self._error(f"it holds a frame of the unknown kind {kind}")

    def _batch(self, number: int, found: _Gathered) -> Batch:
        if self.header is None or number not in self._contexts:
            raise self._error("its rows come without what explains them")
        context = self._contexts[number]
        layout = row_type(len(self.header.features), len(context.classes))
        return Batch(context, np.frombuffer(b"".join(found.blocks), dtype=layout), found.runs)

    def _parse_header(self, payload: memoryview) -> Header:
        said = orjson.loads(payload)
        if said["format"] != LOG_FORMAT:
            raise self._error(f"it has format {said['format']!r}, this version reads up to {LOG_FORMAT}")
        return Header(said["name"], said["dataset"], said["time_us"], said["features"])

    def _error(self, problem: str) -> PredictionLogError:
        cure = "leave it where it is and seal it with the version of Herdbook that wrote it"
        return PredictionLogError(self.path.name, problem=problem, cure=cure)
