"""When workers are started."""

from __future__ import annotations

import pytest

from training.engine.budget import Meter
from training.engine.pool import Pool


@pytest.mark.parametrize(
    ("work_s", "left_s", "starts"),
    [(100.0, 1_000.0, True), (100.0, 20.0, False), (5.0, 1_000.0, False)],
    ids=["worth it", "dearer than what is left allows", "too little to do"],
)
def test_workers_start_if_worth_it_and_affordable(work_s: float, left_s: float, *, starts: bool) -> None:
    """Neither little work starts them, nor a budget of which their start would take much."""
    with Pool(2, Meter()) as pool:
        pool.expect(work_s, left_s=left_s)

        assert pool.may_widen is not starts
