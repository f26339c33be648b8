"""The CSV file of predictions."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ui.history import csv_file
from ui.history.csv_file import write_file

ROW: dict[str, Any] = {
    "id": "01a201e5-2c11-767b-ae7f-7516dd9956c5",
    "time_us": 1_795_328_126_500_001,
    "label": "=dog",
    "confidence": 0.9,
    "probabilities": {"=dog": 0.9, "cat": 0.1},
    "cluster": -1,
    "membership": 0.0,
    "outlier": True,
    "key": "@SUM(1)",
    "model": "pets:1",
    "role": "champion",
    "request_id": "r",
    "schema_hash": "s",
    "record": {"height": -1.5, "label": "+1"},
}


async def rows(n: int) -> AsyncIterator[dict[str, Any]]:
    """Give a row again and again."""
    for _ in range(n):
        yield ROW


def write(path: Path, n: int) -> list[tuple[int, bool]]:
    """Write rows and give what was told meanwhile."""

    async def told() -> list[tuple[int, bool]]:
        writing = write_file(path, rows(n), features=["height", "label"], classes=["=dog", "cat"])
        return [one async for one in writing]

    return asyncio.run(told())


def read(path: Path) -> list[dict[str, str]]:
    """Read the file as a program does."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_file_holds_each_prediction_whole(tmp_path: Path):
    """Every column of a prediction is there; texts are harmless, and numbers stay numbers."""
    assert write(tmp_path / "a.csv", 2) == [(2, False)]

    first = read(tmp_path / "a.csv")[0]
    assert first["time_utc"] == "2026-11-22T06:15:26.500001Z"
    assert (first["label"], first["key"], first["record.label"]) == ("'=dog", "'@SUM(1)", "'+1")
    assert (first["height"], first["probability_=dog"], first["outlier"]) == ("-1.5", "0.9", "true")


def test_file_is_bounded_and_says_when_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No more rows than the bound stand in a file, and whoever asked is told."""
    monkeypatch.setattr(csv_file, "MOST_ROWS", 3)

    assert write(tmp_path / "a.csv", 4)[-1] == (3, True)
    assert write(tmp_path / "b.csv", 3)[-1] == (3, False)
    assert len(read(tmp_path / "a.csv")) == 3
