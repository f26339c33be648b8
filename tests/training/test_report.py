"""The report of answers: as many as fit into an object of the ledger, the same rows for every model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from herdbook import document
from training import report

RECIPE = {"snapshot": "a" * 64}


def findings(*, n: int, k: int, repeats: int = 1) -> Any:
    """Make what `report_answers` reads of findings, with probabilities that take as many digits as any."""
    said = np.random.Generator(np.random.PCG64(n)).dirichlet(np.ones(k), size=(repeats, n))
    rows = SimpleNamespace(
        labelled=np.arange(n), classes=[f"class-{place}" for place in range(k)], y=np.full(n, k - 1)
    )
    return SimpleNamespace(
        checked=SimpleNamespace(rows=np.arange(n), n_rows=n),
        rows=rows,
        sample=SimpleNamespace(rows=rows, labelled=rows.labelled, n_labelled=n),
        plan=SimpleNamespace(outer_folds=5),
        evaluation=SimpleNamespace(folds=np.tile(np.arange(n) % 5, (repeats, 1))),
        nested=said,
    )


@pytest.mark.parametrize(("k", "repeats"), [(2, 1), (3, 4), (40, 1)])
def test_answers_stay_below_their_bound(monkeypatch: pytest.MonkeyPatch, k: int, repeats: int) -> None:
    """All arrays count, not the probabilities alone, and the room that there is gets used."""
    monkeypatch.setattr(report, "MOST_BYTES", 50_000)
    found = findings(n=5_000, k=k, repeats=repeats)

    told = report.report_answers(RECIPE, found)

    size = len(document.encode(told | {"classes": []}))
    assert 0.75 * report.MOST_BYTES < size < report.MOST_BYTES + 300
    assert told["n_rows"] == 5_000


def test_answers_of_two_models_are_about_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample of whom less fits is part of the sample of whom more fits."""
    monkeypatch.setattr(report, "MOST_BYTES", 20_000)

    few, many = (report.report_answers(RECIPE, findings(n=3_000, k=k)) for k in (4, 2))

    assert set(few["rows"]) < set(many["rows"])
