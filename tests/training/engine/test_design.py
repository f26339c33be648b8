"""The design under a budget: fewer folds where their preparation would take too much, and never below two."""

from __future__ import annotations

import pytest

from tests.training.engine.herd import flowers, three_groups
from training.engine import design
from training.engine.budget import Budget, Meter
from training.engine.design import Growth, fit_design
from training.plan import Plan, plan_evaluation
from training.split import Rows


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Draw rows of which a fold takes a CPU-second per hundred that it trains on."""
    monkeypatch.setattr(design, "_measure", lambda *_: Growth(took_s=1.0, n_rows=100, power=1.0))
    return three_groups(1_000)


def planned(rows: Rows) -> Plan:
    """Plan five folds."""
    dataset = flowers()
    training = dataset.training.model_copy(update={"folds": 5})
    return plan_evaluation(dataset.model_copy(update={"training": training}), rows, effort="quick", seed=0)


@pytest.mark.parametrize(("cpu_s", "n_folds"), [(90, 5), (61, 4), (41, 3), (21, 2), (1, 2)])
def test_as_many_folds_as_half_of_the_budget_prepares(rows: Rows, cpu_s: int, n_folds: int) -> None:
    """Two to five folds take 10, 20, 30 and 40 CPU-seconds; the spent and the reserved are no part of it."""
    budget = Budget(cpu_s + 7.0, 2.0, reserve_s=5.0)

    plan, said = fit_design(flowers(), rows, planned(rows), budget=budget, meter=Meter(2.0))

    assert plan.outer_folds == n_folds
    assert bool(said) == (n_folds < 5)


def test_too_small_a_budget_is_told_what_the_least_is(rows: Rows) -> None:
    """What was spent, two folds and the reserve make the least."""
    _, said = fit_design(flowers(), rows, planned(rows), budget=Budget(4, 2.0, 1.0), meter=Meter(2.0))

    assert "the budget of 4 CPU-seconds was too small" in said[1]
    assert "more than about 13" in said[1]


def test_beyond_what_discovery_looks_at_costs_grow_linearly() -> None:
    """The power holds up to as many rows as discovery chooses its scale on."""
    growth = Growth(took_s=1.0, n_rows=1_000, power=2.0)

    assert growth.foretell(2_000) == pytest.approx(4.0)
    assert growth.foretell(8_000) == pytest.approx(32.0)


def test_few_rows_are_not_probed() -> None:
    """A small table's folds cost little, so all of them are prepared."""
    rows = three_groups(90)
    plan = planned(rows)

    assert fit_design(flowers(), rows, plan, budget=Budget(1e-6), meter=Meter()) == (plan, [])
