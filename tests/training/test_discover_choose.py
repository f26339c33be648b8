"""Choosing the scale of discovery: what is refused, what is preferred, and what the grid tells."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.fixtures.herd import ANIMALS, make_animals
from training.discover import Scale, ScaleChoice, choose_scale
from training.discover.choose import FACTORS, SHARES, Trial, bound_stability, list_alike, pick
from training.discover.columns import fit_chosen
from training.discover.scale import TOGETHER
from training.discover.space import fit_space

KINDS = [feature.type for feature in ANIMALS.features]


@pytest.fixture(scope="module")
def choice() -> ScaleChoice:
    """Choose the scale of 300 animals."""
    return choose_scale(make_animals(0, 300)[0], KINDS, [0] * 5)


def make_trial(share: float, factor: float = 0.5, **figures: float) -> Trial:
    """Give a trial of three stable clusters unless told otherwise."""
    told = {"n_clusters": 3, "outlier_share": 0.0, "validity": 0.5, "stability": 0.9, "error": 0.01}
    return Trial(Scale(share, factor), **(told | figures))


def test_choice_tells_the_whole_grid_as_plain_json(choice: ScaleChoice) -> None:
    """Each pair of a share and a factor has a row, and so has leaving all together; one of them is chosen."""
    grid = json.loads(json.dumps(choice.grid, allow_nan=False))

    pairs = [(row["share"], row["factor"]) for row in grid]
    assert pairs[:-1] == [(share, factor) for factor in FACTORS for share in SHARES]
    assert pairs[-1] == (TOGETHER.share, TOGETHER.factor)
    chosen = [row for row in grid if row["is_chosen"]]
    assert [(row["share"], row["factor"]) for row in chosen] == [(choice.scale.share, choice.scale.factor)]
    assert chosen[0]["n_clusters"] == 4


def test_choice_is_the_same_again(choice: ScaleChoice) -> None:
    """The same frame and seed give the same grid."""
    assert choose_scale(make_animals(0, 300)[0], KINDS, [0] * 5).grid == choice.grid


def test_choice_of_a_few_records_leaves_them_together() -> None:
    """Too few records to halve tell nothing of stability."""
    choice = choose_scale(np.random.default_rng(0).normal(size=(20, 2)), ["number"] * 2, [0] * 2)

    assert choice.scale == TOGETHER
    assert [row["is_chosen"] for row in choice.grid] == [True]


def test_choice_of_equal_records_leaves_them_together() -> None:
    """Records without any spread are looked at without an error."""
    assert choose_scale(np.ones((100, 2)), ["number"] * 2, [0] * 2).scale == TOGETHER


def test_pick_takes_the_best_score() -> None:
    """Stability and validity both count, and outliers count against validity."""
    best = make_trial(0.02, validity=0.8)
    trials = [make_trial(0.05), best, make_trial(0.1, validity=0.8, outlier_share=0.5)]

    assert pick(list_alike(trials, bound=0.75)) == best.scale


def test_pick_refuses_what_is_not_stable() -> None:
    """Clusters that do not come back are not chosen, however dense; if none is left, all stay together."""
    unstable = make_trial(0.02, validity=1.0, stability=0.7)

    assert pick(list_alike([unstable, make_trial(0.05)], bound=0.75)) == Scale(0.05, 0.5)
    assert pick(list_alike([unstable], bound=0.75)) == TOGETHER
    assert pick(list_alike([make_trial(0.05, n_clusters=1)], bound=0.75)) == TOGETHER


def test_pick_prefers_fewer_clusters_among_those_alike() -> None:
    """Within one standard error of the best, fewer clusters win (parsimony)."""
    finer = make_trial(0.01, n_clusters=5, validity=0.51, error=0.05)

    assert pick(list_alike([finer, make_trial(0.05)], bound=0.75)) == Scale(0.05, 0.5)


def test_pick_takes_the_middle_of_a_plateau() -> None:
    """Where many scales give the same, a little change of the records changes nothing for the middle one."""
    plateau = [make_trial(share, factor) for factor in FACTORS for share in SHARES]

    assert pick(list_alike(plateau, bound=0.75)) == Scale(0.05, 0.5)


@pytest.mark.parametrize(("dimension", "bound"), [(0.5, 0.95), (1.5, 0.85), (2.0, 0.75), (9.0, 0.5)])
def test_bound_falls_with_the_dimension(dimension: float, bound: float) -> None:
    """Chance clusters come back on a line and in the plane, hardly ever in many dimensions."""
    assert bound_stability(dimension) == pytest.approx(bound)


def test_fit_of_all_records_keeps_the_number_of_clusters_that_was_judged() -> None:
    """A cluster that only all records show was never judged: a coarser scale as good leaves it out."""
    generator = np.random.default_rng(7)
    places, sizes = [(0, 0), (9, 0), (0, 9), (9, 9)], (300, 300, 300, 30)
    frame = np.vstack([generator.normal(at, 0.5, (n, 2)) for at, n in zip(places, sizes, strict=True)])
    fine, coarse = Scale(0.01, 0.25), Scale(0.1, 0.25)
    judged = ScaleChoice(fine, [], "", n_clusters=3, coarser=(coarse,))

    chosen, clusters = fit_chosen(frame, fit_space(frame, ["number"] * 2, [0] * 2), judged)

    assert (chosen.scale, clusters.n_clusters) == (coarse, 3)
