"""Figures over rounds, and ratios within them."""

from __future__ import annotations

from benchmarks.serving.load import Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import FASTAPI_ONNX, OURS


def test_ratio_is_of_the_same_round(results: Results) -> None:
    """Each round's figures are divided first; the median and the ends come after."""
    found = results.ratio("served", (OURS.name, Case(64)), (FASTAPI_ONNX.name, Case(64)), "requests_s")

    assert found == Spread(middle=1.75, low=1.5, high=2.0)


def test_ratio_of_what_was_not_measured_is_none(results: Results) -> None:
    """Nothing stands in for a figure that is missing."""
    assert results.ratio("served", (OURS.name, Case(1)), (FASTAPI_ONNX.name, Case(1)), "p50_ms") is None


def test_load_that_answered_nothing_counts_for_nothing(results: Results) -> None:
    """A load in which no request was answered has no latency, so it has no figures."""
    results.found["runs"][0]["loads"][0]["requests"] = 0

    assert list(results.by_round("served", OURS.name, Case(64), "p99_ms")) == [2]


def test_absent_one_says_why(results: Results) -> None:
    """Who was never measured says why; who was, does not."""
    assert results.why_absent("served", "ray_serve") == "it cannot be installed here"
    assert results.why_absent("served", OURS.name) is None
