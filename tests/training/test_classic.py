"""The classic table: what it is foretold to take, and the line that many rows leave out."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.ensemble import RandomForestClassifier

from tests.training.engine.herd import flowers, three_groups
from training import classic


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many rows each forest is fitted on."""
    sizes: list[int] = []
    fit = RandomForestClassifier.fit

    def note(forest: Any, inputs: Any, *rest: Any) -> Any:
        sizes.append(len(inputs))
        return fit(forest, inputs, *rest)

    monkeypatch.setattr(RandomForestClassifier, "fit", note)
    return sizes


@pytest.mark.parametrize(("most", "n_fitted"), [(61, 60), (60, 60), (25, 25)])
def test_what_the_table_takes_is_foretold_by_a_part(
    monkeypatch: pytest.MonkeyPatch, fitted: list[int], most: int, n_fitted: int
) -> None:
    """No more rows are fitted than may be, and the cost is that of all."""
    monkeypatch.setattr(classic, "PROBED_ROWS", most)

    assert classic.foretell_classic(flowers(), three_groups(60)) > 0
    assert fitted == [n_fitted]


def test_many_rows_leave_the_machine_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A support vector machine takes the square of the rows, so the table has two lines then."""
    rows, ticks = three_groups(60), list[int]()
    monkeypatch.setattr(classic, "SVM_ROWS", 59)

    lines = classic.make_classic_table(flowers(), rows, tick=lambda: ticks.append(1))

    assert [line.name for line in lines] == ["logistic_regression", "random_forest"]
    assert len(ticks) == 2
