"""Made-up results, of two contestants, two rounds and one model; and two records to ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.serving.export import Kit
from benchmarks.serving.load import ONE_BAD, Case, to_load
from benchmarks.serving.result import Results
from benchmarks.serving.roster import FASTAPI_ONNX, OURS
from benchmarks.serving.world import World


def load_of(case: Case, *, requests_s: float, p99_ms: float = 10.0) -> dict[str, Any]:
    """Make what one load of a second came to."""
    said = {
        "requests": requests_s,
        "begun": requests_s,
        "seconds": 1.0,
        "refused": 0,
        "timeouts": 0,
        "broken": 0,
    }
    return to_load(case, said | {"p50_ms": 2.0, "p95_ms": 5.0, "p99_ms": p99_ms}, 0.5).to_json()


def run_of(contestant: str, nth: int, *loads: dict[str, Any]) -> dict[str, Any]:
    """Make one contestant's turn."""
    return {
        "model": "served",
        "contestant": contestant,
        "round": nth,
        "start": {"wall_s": 2.0, "cpu_s": 1.5},
        "memory": {"resident_mib": 200.0, "proportional_mib": 150.0},
        "missing": {},
        "loads": list(loads),
    }


@pytest.fixture
def results() -> Results:
    """Ours is 1.5 and 2 times as fast, and a bad record among 64 makes it no slower."""
    bad = load_of(ONE_BAD, requests_s=3_000, p99_ms=10.0)
    runs = [
        run_of(OURS.name, 1, load_of(Case(64), requests_s=3_000), bad),
        run_of(FASTAPI_ONNX.name, 1, load_of(Case(64), requests_s=2_000)),
        run_of(OURS.name, 2, load_of(Case(64), requests_s=3_000), bad),
        run_of(FASTAPI_ONNX.name, 2, load_of(Case(64), requests_s=1_500)),
        {"model": "served", "contestant": "ray_serve", "round": 1, "absent": "it cannot be installed here"},
    ]
    named = {each.name: {"title": each.title, "kind": each.kind} for each in (OURS, FASTAPI_ONNX)}
    return Results(
        {
            "format": 1,
            "date": "2026-01-01",
            "commit": "abc",
            "machine": {
                "processor": "Some processor",
                "cores": 2,
                "memory_gib": 8,
                "system": "Linux 6",
                "python": "3.11",
                "unset": ["OPENBLAS_CORETYPE"],
            },
            "settings": {"rounds": 2, "seconds": 1.0, "quick": False},
            "models": {"served": {"title": "the model", "short": "the model", "tag": "animals:1"}},
            "contestants": {name: said | {"versions": {"numpy": "2"}} for name, said in named.items()},
            "runs": runs,
        }
    )


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """Two records, one of each class."""
    world = World("served", tmp_path, "animals:1", tmp_path)
    inputs = np.array([[4, 1, 30, 0, 1, 0, 0.9, 0.1], [2, 1, 3, 1, 1, 1, 0.8, 0.2]])
    names = ("legs", "height", "weight", "wings", "tail", "cluster", "membership", "outlier_score")
    return Kit(
        world, tmp_path, ("chicken", "dog"), names, inputs[:, :5], inputs, np.array(["dog", "chicken"])
    )
