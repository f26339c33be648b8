"""The search under a budget that must hold last fits too: each member's is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.engine.herd import PAIR, flowers, three_groups
from training.engine.budget import Meter
from training.engine.checkpoint import Checkpoints, blank_run
from training.engine.cost import Forecast
from training.engine.fold import prepare_fold
from training.engine.pool import Pool
from training.engine.search import Found, Job, Search
from training.engine.task import Task
from training.member import Candidate
from training.plan import plan_evaluation
from training.progress import QUIET

KINDS = ("frame",)
TOOK_S = 100.0


@pytest.fixture
def linear() -> list[Candidate]:
    """Give two settings of one member."""
    return [Candidate("logistic_regression", (("C", value),)) for value in (0.1, 1.0)]


def search(
    candidates: Sequence[Candidate], folder: Path, *, limit_s: float, n_fitted: int | None = None
) -> Found:
    """Search where the first candidate took 100 CPU-seconds, and its last fit takes as many unless told."""
    rows = three_groups()
    plan = plan_evaluation(flowers(PAIR), rows, effort="quick", seed=0, repeats=1)
    folds = [prepare_fold(flowers(PAIR), rows, split) for split in plan.splits]
    job = Job(folds, KINDS, (1, 1, len(rows.y), 3), 0)
    n_seen = sum(len(part.y) for fold in folds for part in fold.parts)
    job = replace(job, n_fitted=n_seen if n_fitted is None else n_fitted)
    checkpoints = Checkpoints(folder, "here")
    run = blank_run(folds, job.shape)
    checkpoints.save(candidates[0], KINDS, replace(run, cpu_s=np.array(TOOK_S)))
    forecast = Forecast(folds, len(folds), Task(candidates[0], folds[0].outer, KINDS, n_classes=3, seed=0))
    with Pool(1, Meter()) as pool:
        searching = Search(
            job, pool, forecast=forecast, limit_s=limit_s, checkpoints=checkpoints, progress=QUIET
        )
        return searching.run(candidates)


@pytest.fixture(autouse=True)
def foretold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Foretell for every candidate what the first one took."""
    monkeypatch.setattr(Forecast, "foretell", lambda *_, **__: TOOK_S)


def test_second_setting_of_a_member_needs_no_last_fit_of_its_own(
    linear: list[Candidate], tmp_path: Path
) -> None:
    """Of 350 CPU-seconds 100 are spent and 100 kept for the last fit: a setting of 100 fits into the rest."""
    assert set(search(linear, tmp_path, limit_s=350.0).runs) == {0, 1}


def test_other_member_needs_a_last_fit_of_its_own(linear: list[Candidate], tmp_path: Path) -> None:
    """The same budget holds no second member with its last fit, and the reason says what was counted."""
    other = Candidate("k_nearest_neighbors", (("n_neighbors", 3),))

    (dropped,) = search([linear[0], other], tmp_path, limit_s=350.0).dropped

    assert dropped.candidate == other
    assert dropped.why.startswith("it would take 200 CPU-seconds with its last fit, 1")


def test_last_fit_is_not_spoken_of_where_the_folds_hold_all_rows(
    linear: list[Candidate], tmp_path: Path
) -> None:
    """Without a sample only the search counts."""
    (dropped,) = search(linear, tmp_path, limit_s=150.0, n_fitted=0).dropped

    assert dropped.why.startswith("it would take 100 CPU-seconds, ")
