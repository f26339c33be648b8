"""The rows that wait in the spool, as tables; each file is read on from where the last look stopped."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.spool import spool_files, spool_folder
from herdbook.prediction_log.table import in_order, to_table

CACHED_FILES = 32


def waiting_tables(spool: Path, dataset: str) -> list[pa.Table]:
    """Give one table per spool file of a dataset, each in the order of ids."""
    return _spool_view(spool_folder(spool, dataset)).tables()


class _SpoolView:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: dict[Path, tuple[SpoolReader, list[pa.Table]]] = {}

    def tables(self) -> list[pa.Table]:
        with self._lock:
            files = spool_files(self._folder)
            tables = [table for path in files for table in self._read(path)]
            kept = set(files[-CACHED_FILES:])
            self._seen = {path: seen for path, seen in self._seen.items() if path in kept}
            return tables

    def _read(self, path: Path) -> list[pa.Table]:
        reader, tables = self._seen.setdefault(path, (SpoolReader(path), []))
        try:
            batches = reader.read()
        except FileNotFoundError:
            return []
        if reader.header is not None and batches:
            tables.append(to_table(reader.header, batches))
        if len(tables) > 1:
            tables[:] = [in_order(tables)]
        return tables


@lru_cache(maxsize=8)
def _spool_view(folder: Path) -> _SpoolView:
    return _SpoolView(folder)
