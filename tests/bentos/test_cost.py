"""What is learnt of batches: what they cost, and how fast rows come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentos.batching.cost import Cost
from bentos.batching.pace import Pace


@given(st.floats(1e-6, 0.1), st.floats(1e-7, 0.01), st.lists(st.integers(1, 256), min_size=30, max_size=60))
def test_cost_finds_the_line(fixed_s: float, row_s: float, sizes: list[int]) -> None:
    """A fixed part and a part a row are told apart as soon as batches differ in size."""
    cost = Cost()

    for n_rows in [*sizes, 1, 256]:
        cost.note(n_rows, fixed_s + row_s * n_rows)

    assert cost.of(100) == pytest.approx(fixed_s + row_s * 100, rel=0.5)


def test_cost_of_one_size_is_taken_for_half_fixed() -> None:
    """Batches of one size tell nothing of others."""
    cost = Cost()

    for _ in range(10):
        cost.note(1, 0.010)

    assert (cost.fixed_s, cost.row_s) == (pytest.approx(0.005), pytest.approx(0.005))


def test_cost_one_slow_batch_counts_for_little() -> None:
    """When the machine did something else meanwhile, that is not the model's doing."""
    cost = Cost()
    for n_rows in (1, 2, 3) * 20:
        cost.note(n_rows, 0.001)

    cost.note(2, 10.0)

    assert cost.of(2) < 0.0015


@pytest.mark.parametrize(
    ("fixed_s", "row_s", "most"), [(0.010, 0.0, 256), (0.010, 0.010, 16), (0.0, 0.010, 1)]
)
def test_cost_batch_is_as_large_as_it_pays(fixed_s: float, row_s: float, most: int) -> None:
    """A model whose rows are the whole cost gains nothing from company."""
    cost = Cost()

    for n_rows in (1, 10, 100) * 20:
        cost.note(n_rows, fixed_s + row_s * n_rows)

    assert cost.worthwhile_rows(256) == pytest.approx(most, abs=1)


def test_pace_is_of_late_and_fades_at_rest() -> None:
    """Rows a second come from the last batches, and a rest lowers them at once."""
    pace = Pace()
    for second in range(50):
        pace.note(20, here_rows=24, now_s=float(second))

    busy, rested = pace.rows_per_s(49.0), pace.rows_per_s(249.0)

    assert (busy, pace.here_rows) == (pytest.approx(20.0), 24)
    assert rested < 1.0
