"""Dealing rows out to folds, and refusing too few of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from herdbook.errors import TrainingError
from tests.fixtures.models import dataset_named
from training.label import Labels
from training.plan import plan_evaluation
from training.split import Rows, deal, gather_rows, require_enough


@given(st.lists(st.integers(-1, 5), max_size=60), st.integers(2, 7), st.integers(0, 99))
def test_each_fold_has_its_share_of_each_class(label: list[int], folds: int, seed: int) -> None:
    """Neither the sizes of folds nor a class's rows in them differ by more than one."""
    y = np.array(label, dtype=np.int64)

    fold = deal(y, folds=folds, seed=(seed, 0))

    for part in (fold, *(fold[y == one] for one in np.unique(y))):
        assert np.ptp(np.bincount(part, minlength=folds)) <= 1


def test_repeats_are_dealt_anew() -> None:
    """Another repeat lets other rows fall together; the same one does not."""
    y = np.arange(90) % 3

    first, again, second = (deal(y, folds=5, seed=(0, repeat)) for repeat in (0, 0, 1))

    np.testing.assert_array_equal(first, again)
    assert (first != second).any()


@pytest.mark.parametrize(
    ("n", "effort", "repeats"),
    [(90, "quick", 2), (90, "thorough", 10), (300, "thorough", 3), (1_000, "thorough", 1)],
)
def test_few_rows_are_dealt_more_often(n: int, effort: str, repeats: int) -> None:
    """Folds repeat until 1,000 rows were tested in all, or as often as the effort allows."""
    rows = Rows(np.zeros((n, 4)), np.arange(n) % 3, ("a", "b", "c"))

    plan = plan_evaluation(dataset_named("iris"), rows, effort=effort, seed=0)

    assert plan.repeats == repeats


def test_folds_never_outnumber_the_rarest_class() -> None:
    """Twenty folds asked for become eight when a class has eight rows, and each holds every class."""
    iris = dataset_named("iris")
    dataset = iris.model_copy(update={"training": iris.training.model_copy(update={"folds": 20})})
    rows = Rows(np.zeros((48, 4)), np.repeat([0, 1], [40, 8]), ("common", "rare"))

    plan = plan_evaluation(dataset, rows, effort="quick", seed=0)

    assert plan.outer_folds == 8
    assert all(set(rows.y[split.is_test]) == {0, 1} for split in plan.splits)


def test_gathered_rows_keep_those_without_a_label() -> None:
    """Rows in no named cluster stay, unlabelled; a name finds its class."""
    labels = Labels(np.array(["dog", "ant"], dtype=object), np.array([0, 2]), {4: "dog", 1: "ant"}, {})

    rows = gather_rows(np.arange(6.0).reshape(3, 2), labels, cluster=np.array([4, -1, 1]))

    assert rows.classes == ("ant", "dog")
    assert rows.label.tolist() == [1, -1, 0]
    assert rows.names == {4: 1, 1: 0}
    assert rows.unlabelled.tolist() == [[2.0, 3.0]]


def test_candidates_to_replay_are_those_named() -> None:
    """A plan that replays holds these candidates alone; one that nobody knows is refused."""
    rows = Rows(np.zeros((90, 4)), np.arange(90) % 3, ("a", "b", "c"))
    whole = plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0).candidates
    only = [whole[4].to_json(), whole[1].to_json()]

    plan = plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0, only=only, repeats=1)

    assert plan.candidates == [whole[1], whole[4]]
    unknown = [{"member": "rbf_svm", "settings": {"C": 7.0}}]
    with pytest.raises(TrainingError, match="of 1 candidates to fit again this version knows 0"):
        plan_evaluation(dataset_named("iris"), rows, effort="quick", seed=0, only=unknown)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([9, 7], "'class-1' has fewer than 8"),
        ([7, 9, 7], "'class-0', 'class-2' have fewer than 8"),
        ([20], "nothing to tell it from"),
    ],
)
def test_too_few_records_are_refused(counts: list[int], said: str) -> None:
    """A class that is too rare, or alone, is named before anything is fitted."""
    y = np.repeat(np.arange(len(counts)), counts)
    names = tuple(f"class-{place}" for place in range(len(counts)))

    with pytest.raises(TrainingError, match=said):
        require_enough(dataset_named("iris"), Rows(np.zeros((len(y), 4)), y, names))
