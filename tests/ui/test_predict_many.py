"""A file of many records, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest

from herdbook.client import AsyncClient
from tests.client.misbehaving import misbehaving
from ui.tab.predict_many import score_file

DATASET: dict[str, Any] = {
    "name": "small", "target": "y", "labels": "column", "classes": ["a", "b"], "drop": [], "max_records": 10,
    "features": [{"name": "x", "type": "integer", "missing": False}],
}  # fmt: skip


async def score(url: str, path: Path) -> tuple[str, list[str]]:
    """Score a file as the page does; give what is shown in the end, and the lines of the file on offer."""
    async with AsyncClient(url) as herd:
        said, lines = "", []
        async for shown, offer in score_file(herd, path):
            said = shown
            if offer.get("value"):
                lines = Path(offer["value"]).read_text().splitlines()
        return said, lines


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which this process makes its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_file_leaves_nothing_behind(tmp_path: Path, temporary: Path):
    """Once the answers have been handed over, no file of them is left, whatever the cells were."""
    path = tmp_path / "herd.csv"
    path.write_text("name,x\n=1+1,4\nb,+-5\n")
    with misbehaving() as server:
        server.dataset = DATASET
        said, lines = asyncio.run(score(server.url, path))

    assert "2 of 2 records are predicted" in said
    assert lines[1].startswith("=1+1,4,")
    assert b'"+-5"' in server.asked[-1].body
    assert list(temporary.iterdir()) == []
