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
    """Who was absent says why, and in how many rounds; who never was, says nothing."""
    assert results.absence("served", "ray_serve") == (1, "it cannot be installed here")
    assert results.absence("served", OURS.name) is None


def test_absence_in_some_rounds_is_told(results: Results) -> None:
    """Figures of fewer rounds do not pass for those of all."""
    results.found["runs"][1] = {
        key: results.found["runs"][1][key] for key in ("model", "contestant", "round")
    }
    results.found["runs"][1]["absent"] = "it never came"

    assert results.absence("served", FASTAPI_ONNX.name) == (1, "it never came")
