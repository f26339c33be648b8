"""The animals model of the session: what may not change its answers, and what must."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from herdbook.predictor import Answers, Predictor
from tests.fixtures.herd import ANIMALS, make_animals
from tests.fixtures.models import Models

pytestmark = pytest.mark.integration

Frame = NDArray[np.float64]
LEGS, WEIGHT, WINGS, TAIL = 0, 2, 3, 4
UNSEEN_SEED = 7
ROUNDING = 1e-9
WEIGHTS_KG = (5, 10, 30, 60, 100, 200, 500, 1_000, 3_000, 6_000)


@pytest.fixture(scope="module")
def model(trained: Models) -> Predictor:
    """Load the session's animals model."""
    return Predictor.load(trained.animals.folder, ANIMALS)


@pytest.fixture(scope="module")
def herd() -> Frame:
    """Draw records that no training saw, each of a kind: noise belongs to none, so nothing is owed to it."""
    frame, kind = make_animals(UNSEEN_SEED, 500)
    return frame[kind != "noise"]


def names(answers: Answers) -> list[str]:
    """Give the label of each record by its name."""
    return [answers.classes[place] for place in answers.label]


@pytest.mark.parametrize(("flipped", "legs"), [(TAIL, (2, 4)), (WINGS, (4,))], ids=["has_tail", "has_wings"])
def test_label_does_not_hang_on_a_flag_that_parts_nothing(
    model: Predictor, herd: Frame, flipped: int, legs: tuple[int, ...]
) -> None:
    """Tails part no kinds and wings none on four legs: such a wrong flag makes no animal another one."""
    herd = herd[np.isin(herd[:, LEGS], legs)]
    changed = herd.copy()
    changed[:, flipped] = 1 - changed[:, flipped]

    assert names(model.predict(changed)) == names(model.predict(herd))


@pytest.mark.parametrize("flipped", [TAIL, WINGS], ids=["has_tail", "has_wings"])
def test_label_that_one_flag_changes_is_told_as_an_outlier(
    model: Predictor, herd: Frame, flipped: int
) -> None:
    """What a wrong flag turns into another animal is like no animal, and the answer says so."""
    changed = herd.copy()
    changed[:, flipped] = 1 - changed[:, flipped]

    before, after = model.predict(herd), model.predict(changed)

    is_other = np.array(names(after)) != np.array(names(before))
    assert after.assignment.outlier[is_other].all()


def test_answers_do_not_hang_on_the_order(model: Predictor, herd: Frame) -> None:
    """A record is answered the same wherever it stands among others."""
    order = np.random.Generator(np.random.PCG64(0)).permutation(len(herd))

    mixed, straight = model.predict(herd[order]), model.predict(herd)

    np.testing.assert_allclose(mixed.probabilities, straight.probabilities[order], rtol=0, atol=ROUNDING)
    np.testing.assert_array_equal(mixed.assignment.cluster, straight.assignment.cluster[order])


def test_answer_does_not_hang_on_the_others(model: Predictor, herd: Frame) -> None:
    """A record alone is answered as among others, but for rounding."""
    alone = np.vstack([model.predict(herd[row : row + 1]).probabilities for row in range(20)])

    np.testing.assert_allclose(alone, model.predict(herd[:20]).probabilities, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("height_m", "lightest"), [(1.0, {"dog"}), (2.0, {"dog", "elephant"})])
def test_heavier_on_four_legs_turns_from_dog_to_elephant(
    model: Predictor, height_m: float, lightest: set[str]
) -> None:
    """Between the two heights weight decides, and it decides once; near the elephants' height may do."""
    frame = np.array([[4, height_m, weight_kg, 0, 1] for weight_kg in WEIGHTS_KG], dtype=np.float64)

    said = names(model.predict(frame))

    assert said == sorted(said)
    assert said[0] in lightest
    assert said[-1] == "elephant"


def test_heavier_herd_keeps_its_kinds(model: Predictor, herd: Frame) -> None:
    """Every animal a third heavier stays the animal that it is."""
    heavier = herd.copy()
    heavier[:, WEIGHT] *= 1.3

    same = np.mean(np.array(names(model.predict(heavier))) == names(model.predict(herd)))

    assert same > 0.98


def test_legs_part_walkers_on_two_from_walkers_on_four(model: Predictor, herd: Frame) -> None:
    """No dog or elephant walks on two legs, no chicken or kangaroo on four."""
    said = np.array(names(model.predict(herd)))

    assert set(said[herd[:, LEGS] == 2]) == {"chicken", "kangaroo"}
    assert set(said[herd[:, LEGS] == 4]) == {"dog", "elephant"}
