"""The vote: weights from evidence, and the same answer as scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fixtures.models import dataset_named, small_frame
from training.member import Candidate, list_candidates
from training.search import choose
from training.vote import build_vote, combine, weigh

FOREST = Candidate("extra_trees", (("min_samples_leaf", 1),))
CHOSEN = {
    "logistic_regression": Candidate("logistic_regression", (("C", 1.0),)),
    "rbf_svm": Candidate("rbf_svm", (("C", 1.0),)),
    "extra_trees": FOREST,
}
WEIGHTS = (0.5, 0.3, 0.2)


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_combined_members_equal_the_fitted_vote(voting: str) -> None:
    """What the evaluation combines is what the shipped VotingClassifier answers."""
    frame, labels = small_frame(dataset_named("iris"))
    y = np.unique(labels, return_inverse=True)[1]
    noisy = frame + np.random.default_rng(0).normal(0, 2, frame.shape)

    vote = build_vote(CHOSEN, WEIGHTS, voting=voting, seed=3).fit(frame, y)
    alone = [one.build(seed=3).fit(frame, y).predict_proba(noisy) for one in CHOSEN.values()]

    combined = combine(np.stack(alone), WEIGHTS, voting=voting)
    if voting == "soft":
        np.testing.assert_allclose(combined, vote.predict_proba(noisy), atol=1e-12)
    np.testing.assert_array_equal(combined.argmax(axis=1), vote.predict(noisy))


def test_weights_follow_the_better_member() -> None:
    """Who gives the truth more probability weighs more; the worst keeps half of an equal share."""
    y = np.zeros(100, dtype=np.int64)
    sure, poor = np.tile([0.9, 0.1], (100, 1)), np.tile([0.2, 0.8], (100, 1))

    weights = weigh(np.stack([sure, poor]), y)

    assert weights == pytest.approx((0.75, 0.25), abs=1e-3)


def test_equal_members_weigh_the_same() -> None:
    """Members that answer alike share the vote equally."""
    y = np.array([0, 1, 0, 1])
    alike = np.tile([0.6, 0.4], (4, 1))

    weights = weigh(np.stack([alike, alike, alike]), y)

    assert weights == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=1e-4)


def test_choice_takes_the_lower_loss_and_the_first_of_equals() -> None:
    """Each member's best candidate wins; a tie goes to the plainer one, which stands first."""
    candidates = list_candidates(("logistic_regression", "extra_trees"), effort="quick", n_rows=100)
    y = np.array([0, 1, 1])
    good, bad = np.eye(2)[y] * 0.8 + 0.1, np.full((3, 2), 0.5)

    choice = choose(candidates, np.stack([bad, good, good, bad, bad]), y)

    assert choice.places == {"logistic_regression": 1, "extra_trees": 3}
    assert choice.single == "logistic_regression"


def test_more_neighbours_than_a_quarter_of_the_rows_are_not_tried() -> None:
    """Small tables drop the settings that they cannot bear."""
    few = list_candidates(("k_nearest_neighbors",), effort="quick", n_rows=40)

    assert [candidate.describe() for candidate in few] == [{"n_neighbors": 3}, {"n_neighbors": 9}]


def test_every_setting_of_the_thorough_search_fits() -> None:
    """No member's grid names a setting that scikit-learn refuses or warns about."""
    frame, labels = small_frame(dataset_named("iris"))
    y = np.unique(labels, return_inverse=True)[1]
    members = dataset_named("iris").training.members

    candidates = list_candidates(members, effort="thorough", n_rows=1_000)
    found = [one.build(seed=0).fit(frame, y).predict_proba(frame[:2]).shape for one in candidates]

    assert found == [(2, 3)] * 46
