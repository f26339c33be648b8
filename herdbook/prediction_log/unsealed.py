"""Whether a prediction is still in the spool: asked by a worker, which loads no Arrow for it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np

from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.spool import spool_files, spool_folder


def is_unsealed(spool: Path, dataset: str, id: str) -> bool:
    """Tell whether a prediction of this id is in a spool file of a dataset; the ledger is not asked.

    Raises
    ------
    ValueError
        The id is no UUID.
    """
    wanted = UUID(id).bytes
    return any(_holds(path, wanted) for path in spool_files(spool_folder(spool, dataset)))


def _holds(path: Path, wanted: bytes) -> bool:
    try:
        batches = SpoolReader(path).read()
    except FileNotFoundError:  # it was sealed meanwhile: the ledger has it
        return False
    sought = np.frombuffer(wanted, dtype=np.uint8)
    return any((batch.rows["id"] == sought).all(axis=1).any() for batch in batches)
