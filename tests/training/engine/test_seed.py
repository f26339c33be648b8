"""Seeds: every fit draws its own, whoever else is fitted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from tests.training.engine.herd import flowers, three_groups
from training.engine import task as engine_task
from training.engine.fold import prepare_fold
from training.engine.seed import fit_seed
from training.engine.task import Task, perform
from training.member import Candidate, list_candidates
from training.plan import plan_evaluation

FORESTS = list_candidates(("random_forest",), effort="quick", n_rows=1_000)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the seed of each fit."""
    seeds: list[int] = []
    fit = engine_task.fit_member

    def noted(*given: object, seed: int, **more: object) -> object:
        seeds.append(seed)
        return fit(*given, seed=seed, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine_task, "fit_member", noted)
    return seeds


def test_folds_and_candidates_draw_seeds_of_their_own(drawn: list[int]) -> None:
    """Two repeats of two folds with the splits inside them and two candidates share no seed; inputs do."""
    dataset, rows = flowers(("random_forest",)), three_groups()
    plan = plan_evaluation(dataset, rows, effort="quick", seed=0, repeats=2)
    parts = [part for split in plan.splits for part in prepare_fold(dataset, rows, split).parts]

    for candidate in plan.candidates:
        for part in parts:
            perform(Task(candidate, part, (FRAME_AND_CLUSTERS, FRAME), n_classes=3, seed=plan.seed))

    assert len(set(drawn)) == len(parts) * len(plan.candidates) == 32
    assert drawn[::2] == drawn[1::2]


def test_seed_says_nothing_of_other_candidates() -> None:
    """Member and settings decide, so a replay of some candidates draws what the whole search drew."""
    (forest, other), same = FORESTS, Candidate("random_forest", FORESTS[0].settings)

    assert fit_seed(0, 1, 2, 3, candidate=forest) == fit_seed(0, 1, 2, 3, candidate=same)
    assert fit_seed(0, 1, 2, 3, candidate=forest) != fit_seed(0, 1, 2, 3, candidate=other)
    assert fit_seed(0, 1, 2, 3) != fit_seed(1, 1, 2, 3)


def test_forest_answers_two_places_differently() -> None:
    """The seed reaches the forest: on the same rows in another fold it grows other trees."""
    dataset, rows = flowers(("random_forest",)), three_groups(spread=2.0)
    part = prepare_fold(dataset, rows, plan_evaluation(dataset, rows, effort="quick", seed=0).splits[0]).outer
    tasks = [Task(FORESTS[0], replace(part, place=place), (FRAME,), 3, 0) for place in ((0, 0, 0), (0, 1, 0))]

    one, two = (perform(task).probabilities for task in tasks)

    assert not np.array_equal(one, two)
