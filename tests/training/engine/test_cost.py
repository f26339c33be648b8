"""Costs foretold: from fits on few rows and from a member's other settings."""

from __future__ import annotations

import numpy as np
import pytest

from herdbook.package import FRAME
from training.engine.cost import Forecast, Probe
from training.engine.fold import Fold, Part
from training.engine.search import order_rounds
from training.engine.task import Task
from training.member import list_candidates

KNN = list_candidates(("k_nearest_neighbors",), effort="quick", n_rows=1_000)


def forecast_of(n_folds: int) -> Forecast:
    """Forecast over folds of one small split each."""
    points = np.random.Generator(np.random.PCG64(0)).standard_normal((80, 2))
    part = Part(points[:60], np.arange(60) % 2, points[60:], np.arange(20), 2)
    return Forecast([Fold(0, 0, part, (), None)], n_folds, Task(KNN[0], part, (FRAME,), n_classes=2, seed=0))


def test_costs_grow_with_the_rows_alone_beyond_the_base() -> None:
    """Ten times the rows of a quadratic fit take a hundred times what is due to them."""
    probe = Probe(base_s=1.0, fit_s=0.01, predict_s=0.1, growth=2.0)

    assert probe.foretell(10, 5) == pytest.approx(1.0 + 1.0 + 0.5)
    assert probe.foretell(100, 0) == pytest.approx(1.0 + 100.0)


def test_neighbours_are_looked_for_among_more_rows() -> None:
    """What was timed by a few rows takes as many times as long as there are more rows to look among."""
    probe = Probe(base_s=0.0, fit_s=0.0, predict_s=0.1, growth=1.0, n_fitted=10, search_growth=1.0)

    assert probe.foretell(10, 5) == pytest.approx(0.5)
    assert probe.foretell(1_000, 5) == pytest.approx(50.0)
    assert probe.foretell(0, 5) > 0


def test_more_folds_cost_more() -> None:
    """All folds count, those too that are not prepared yet."""
    one = forecast_of(1)
    few = one.foretell(KNN[0])

    one.take_share(4.0)

    assert one.foretell(KNN[0]) == pytest.approx(4 * few)


def test_nothing_is_fitted_to_foretell_once_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a budget is spent, a member's other setting tells what one would take, at no cost."""
    forecast = forecast_of(1)
    known = forecast.foretell(KNN[0])

    monkeypatch.setattr(forecast, "_fit", lambda *_: pytest.fail("it was fitted"))

    assert forecast.foretell(KNN[1], left_s=-1.0) == pytest.approx(known)


def test_what_a_member_cost_corrects_what_was_foretold() -> None:
    """Once one setting has run, the others are told by it."""
    forecast = forecast_of(1)

    forecast.learn(KNN[0], 1_000.0)

    assert forecast.foretell(KNN[1]) > 10.0
    assert forecast.foretell(KNN[0]) == pytest.approx(1_000.0)


def test_rounds_begin_with_the_plainest_setting_of_the_cheapest_member() -> None:
    """Each member's first setting comes before anybody's second."""
    candidates = list_candidates(("rbf_svm", "k_nearest_neighbors"), effort="quick", n_rows=1_000)

    order = order_rounds(candidates, {"rbf_svm": 2.0, "k_nearest_neighbors": 1.0})

    assert order == [3, 0, 4, 1, 5, 2]
