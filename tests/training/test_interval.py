"""Intervals: known values, and bounds that hold where the usual ones collapse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.interval import corrected_t, wilson


def test_wilson_interval_is_the_published_one() -> None:
    """29 of 30 gives 83.3 to 99.4 %, and 0 of 10 gives 0 to 27.8 % (Newcombe, 1998, table I)."""
    most, none = wilson(29, 30), wilson(0, 10)

    assert (round(most.low, 4), round(most.high, 4)) == (0.8333, 0.9941)
    assert (none.low, round(none.high, 4)) == (0, 0.2775)


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_its_value(counts: tuple[int, int]) -> None:
    """The bounds enclose the share, lie in 0..1, and never collapse."""
    found = wilson(*counts)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low


def test_corrected_interval_is_wider_than_the_plain_one() -> None:
    """Five folds of a five-fold cross-validation widen the t interval by the root of 1 + 5/4."""
    scores = np.array([0.90, 0.92, 0.91, 0.93, 0.94])
    plain = 2.776445 * scores.std(ddof=1) / np.sqrt(5)

    found = corrected_t(scores, test_share=0.25)

    assert found.value == pytest.approx(0.92)
    assert found.high - found.value == pytest.approx(plain * np.sqrt(1 + 5 / 4), rel=1e-5)


def test_corrected_interval_stays_in_its_bounds() -> None:
    """A share never lies beyond 0 or 1, however the folds scatter."""
    found = corrected_t(np.array([0.1, 1.0]), test_share=1.0)

    assert (found.low, found.high) == (0, 1)
