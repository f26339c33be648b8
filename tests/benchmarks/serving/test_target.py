"""Targets, judged by medians of ratios."""

from __future__ import annotations

import pytest

from benchmarks.serving.result import Results, Spread
from benchmarks.serving.target import TARGETS, Target


@pytest.mark.parametrize(
    ("middle", "bounds", "is_met"),
    [(1.2, {"least": 1.2}, True), (1.19, {"least": 1.2}, False), (1.01, {"most": 1.0}, False)],
)
def test_target_is_met_within_its_bound(middle: float, bounds: dict[str, float], is_met: bool) -> None:
    """The bound itself is still good, on either side."""
    target = Target("some figure", lambda *_: None, **bounds)

    assert target.is_met(Spread(middle, 0.0, 9.0)) is is_met


def test_targets_that_can_be_measured_are(results: Results) -> None:
    """Of these results: requests a second, the 99th percentile at 64 connections, and the bad record."""
    found = [target.measured(results, "served") for target in TARGETS]

    assert [nth for nth, each in enumerate(found) if each is not None] == [0, 2, 10]
    assert found[0] is not None
    assert found[0].ratio == Spread(1.75, 1.5, 2.0)
    assert TARGETS[0].is_met(found[0].ratio)
