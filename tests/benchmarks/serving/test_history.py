"""The history of CPU time per request."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.serving import history
from benchmarks.serving.result import Results


def test_history_gets_a_line_for_each_contestant(results: Results, tmp_path: Path) -> None:
    """Who, on what, of which commit and model, and how much; lines that are there stay."""
    path = tmp_path / "history.jsonl"

    history.append(path, results)
    history.append(path, results)

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["contestant"] for line in lines] == ["herdbook", "fastapi_onnx"] * 2
    assert lines[0]["cpu_us"] == {"64x1-json": 166.7}
    assert {"date", "commit", "machine", "model", "tag"} <= lines[0].keys()
