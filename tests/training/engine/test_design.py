"""The design under a budget: fewer folds where their preparation would take too much, and never below two."""

from __future__ import annotations

import pytest

from tests.training.engine.herd import flowers, three_groups
from training.engine import design
from training.engine.budget import Budget, Meter
from training.engine.design import Growth, fit_design, tell_least
from training.plan import Plan, plan_evaluation
from training.split import Rows


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Draw rows of which a fold takes a hundred thousandth CPU-second by the square of those it trains on."""
    monkeypatch.setattr(design, "_measure", lambda *_: Growth(base_s=0.0, square_s=1e-5))
    return three_groups(1_000)


def planned(rows: Rows) -> Plan:
    """Plan five folds."""
    dataset = flowers()
    training = dataset.training.model_copy(update={"folds": 5})
    return plan_evaluation(dataset.model_copy(update={"training": training}), rows, effort="quick", seed=0)


@pytest.mark.parametrize(("cpu_s", "n_folds"), [(65, 5), (46, 4), (27, 3), (11, 2), (1, 2)])
def test_as_many_folds_as_half_of_the_budget_prepares(rows: Rows, cpu_s: int, n_folds: int) -> None:
    """Two to five folds take 5, 13, 22.5 and 32 CPU-seconds; the spent and the reserved are no part of it."""
    budget = Budget(cpu_s + 7.0, 2.0, reserve_s=5.0)

    plan, said = fit_design(flowers(), rows, planned(rows), budget=budget, meter=Meter(2.0))

    assert plan.outer_folds == n_folds
    assert bool(said) == (n_folds < 5)


def test_too_small_a_budget_is_told_what_the_least_is() -> None:
    """What was spent, what must follow and the reserve make the least; a budget that holds it is kept."""
    (said,) = tell_least(Budget(4, 2.0, reserve_s=1.0), spent_s=2.0, rest_s=10.0)

    assert said.startswith("the budget of 4 CPU-seconds allows no training")
    assert said.endswith("about 13")
    assert not tell_least(Budget(13, 2.0, reserve_s=1.0), spent_s=2.0, rest_s=10.0)


def test_beyond_what_discovery_looks_at_costs_grow_linearly() -> None:
    """The square holds up to as many rows as discovery chooses its scale on."""
    growth = Growth(base_s=0.0, square_s=1e-6)

    assert growth.foretell(2_000) == pytest.approx(4.0)
    assert growth.foretell(8_000) == pytest.approx(32.0)


def test_few_rows_are_not_probed() -> None:
    """A small table's folds cost little, so all of them are prepared."""
    rows = three_groups(90)
    plan = planned(rows)

    assert fit_design(flowers(), rows, plan, budget=Budget(1e-6), meter=Meter()) == (plan, [])
