"""Figures that the README names are those that were measured last."""

from __future__ import annotations

import json

import pytest

from benchmarks.serving.result import Results
from benchmarks.serving.target import TARGETS
from tests.docs.stage import ROOT


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("one record, 64 connections: requests/s", "it gives {} times as many answers a second as FastAPI"),
        (
            "beside the fastest batched peer, 64 connections",
            "{} times as many as the fastest of four servers",
        ),
        ("one record, 1 connection: p50", "a request that comes alone takes {} times as long as FastAPI's"),
    ],
)
def test_readme_names_the_ratios_of_the_benchmark(says: str, sentence: str) -> None:
    """From the least to the greatest of the models, to two digits."""
    results = Results(json.loads((ROOT / "docs/benchmarks/serving.json").read_bytes()))
    (target,) = (target for target in TARGETS if target.says == says)

    found = [target.measured(results, model) for model in results.models]
    ratios = sorted(each.ratio.middle for each in found if each is not None)

    said = " ".join((ROOT / "README.md").read_text().split())
    assert sentence.format(f"{ratios[0]:.2g} to {ratios[-1]:.2g}") in said
