"""A prediction log of any size, written by the segments' own writer, without requests and spool files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset, load_dataset
from herdbook.ledger import Ledger
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.layout import Batch, Header, Run, row_type
from herdbook.prediction_log.row import Context
from herdbook.prediction_log.segment import Shelf
from herdbook.prediction_log.table import to_table

ROOT = Path(__file__).parents[2]
DATASET: Dataset = load_dataset(ROOT / "datasets" / "animals.toml")
FIRST_US = 1_767_225_600_000_000
DAY_US = 86_400_000_000
DAYS = 30
SEGMENT_ROWS = 50_000
REQUEST_ROWS = 16
CLASSES = ("chicken", "dog", "elephant", "kangaroo")
RARE_LABEL = 3
"""A label that one row in ten thousand has."""


def write_log(ledger: Ledger, n_rows: int, *, days: int = DAYS) -> None:
    """Write rows, evenly over some days, each with a key of its own, as segments of 50,000 rows."""
    index, shelf = SegmentIndex(ledger, DATASET.name), Shelf(ledger, DATASET.name)
    for first in range(0, n_rows, SEGMENT_ROWS):
        places = np.arange(first, min(first + SEGMENT_ROWS, n_rows))
        times_us = FIRST_US + places * (days * DAY_US // n_rows)
        name = f"made-{first:012}"
        table = to_table(_header(name), [batch_of(places, times_us)])
        index.add(shelf.put(name, table), source=name, since_us=None)
    while index.checkpoint():
        pass


def batch_of(places: NDArray[np.int64], times_us: NDArray[np.int64]) -> Batch:
    """Make the rows of some places, made at these times."""
    n, chance = len(places), np.random.Generator(np.random.PCG64(int(places[0])))
    rows = np.empty(n, dtype=row_type(len(DATASET.features), len(CLASSES)))
    rows["id"] = ids_of(places, times_us)
    # integers fit every type of feature: a number, a place among the values of a category, yes or no
    rows["frame"] = chance.integers(0, 2, size=rows["frame"].shape)
    rows["probabilities"] = chance.dirichlet(np.ones(len(CLASSES)), size=n).round(6)
    rows["label"] = np.where(chance.integers(0, 10_000, n) == 0, RARE_LABEL, chance.integers(0, 3, n))
    rows["confidence"] = rows["probabilities"].max(axis=1)
    rows["membership"] = chance.random(n).round(6)
    rows["cluster"] = chance.integers(-1, 4, n)
    context = Context("animals:3f2a9c01d4b7", "champion", DATASET.schema_hash, CLASSES)
    runs = [
        Run(f"request-{places[cut]}", int(times_us[cut]), len(part), [f"animal-{place}" for place in part])
        for cut in range(0, n, REQUEST_ROWS)
        for part in [places[cut : cut + REQUEST_ROWS].tolist()]
    ]
    return Batch(context, rows, runs)


def ids_of(places: NDArray[np.int64], times_us: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Make UUIDv7 ids of these times, shape (n, 16), which sort as the places do."""
    ids = np.zeros((len(places), 16), dtype=np.uint8)
    ids[:, :6] = (times_us // 1_000).astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:]
    ids[:, 6], ids[:, 8] = 0x70, 0x80
    ids[:, 9:] = places.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 1:]
    return ids


def _header(name: str) -> Header:
    features = [{"name": each.name, "type": each.type, "values": each.values} for each in DATASET.features]
    return Header(name, DATASET.name, FIRST_US, features)
