"""How long a budget still lasts."""

from __future__ import annotations

import pytest

from cli.allowance import Allowance


def test_allowance_foretells_by_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the budget spent in ten seconds leaves ten more, which then run down."""
    now = [100.0]
    monkeypatch.setattr("cli.allowance.time.monotonic", lambda: now[0])
    allowance = Allowance(60.0, lambda: 30.0)
    first = allowance.left_s()

    now[0] = 110.0
    second = allowance.left_s()
    now[0] = 111.0

    assert (first, second, allowance.left_s()) == (float("inf"), 10.0, 9.0)


def test_allowance_of_a_spent_budget_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on after the budget is spent takes no negative time."""
    monkeypatch.setattr("cli.allowance.LOOK_S", 0.0)

    assert Allowance(1.0, lambda: 5.0).left_s() == 0.0
