"""Controls: each finds the fault that was planted, says where it is, and is quiet on a clean table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from benchmarks.evaluation import plant
from benchmarks.evaluation.controls import (
    FIRST_SEED,
    find_careless,
    find_groups,
    find_rarity,
    list_cases,
)
from tests.training.evidence import gather, run_on
from training.control import FREE
from training.control.duplicate import check_duplicates
from training.control.group import adjust_holm, check_groups
from training.control.leak import check_leak
from training.control.shuffled import check_shuffled


def test_shuffled_labels_of_a_real_relation_fall_to_chance() -> None:
    """The real labels do better than all nineteen shuffles: p is 1/20, the smallest there is."""
    found = check_shuffled(gather(plant.make_clean(1, n=600, signal=2.0)))

    assert found.passed
    assert found.facts["p_value"] == 1 / 20
    assert found.says.startswith("With shuffled labels GaussianNB alone, on 600 records in 2 folds, falls to")
    assert found.facts["shuffled_accuracy"]["low"] < found.facts["chance_accuracy"] < 0.34


def test_shuffled_labels_of_few_records_only_show_no_leak() -> None:
    """With forty records the accuracy is too uncertain to say that it falls to chance."""
    found = check_shuffled(gather(plant.make_clean(1, n=40, signal=3.0)))

    assert found.passed
    assert "shows no leak" in found.says
    assert "falls to chance" not in found.says


def test_shuffled_labels_show_that_there_is_no_relation() -> None:
    """Labels without any relation to the features are not learned, and the sentence says what to do."""
    found = check_shuffled(gather(plant.make_clean(3, n=120, signal=0.0)))

    assert found.passed is False
    assert found.facts["p_value"] > 0.05
    assert "do not rely on the answers" in found.says


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_shuffled_labels_uncover_a_procedure_that_remembers(share: float) -> None:
    """What does better than chance on shuffled labels has seen the answers."""
    found = find_careless(7, share=share)

    assert found.passed is False
    assert "Answers leak" in found.says


@pytest.mark.parametrize(("flips", "disagree"), [(0.0, False), (1.0, True)])
def test_exact_copies_are_counted_and_scored_without(flips: float, *, disagree: bool) -> None:
    """Forty of 400 records in pairs are found, and told apart by whether their labels agree."""
    table = plant.add_copies(plant.make_clean(5), 5, share=0.1, flips=flips)

    found = check_duplicates(gather(table))

    assert found.passed is False
    assert found.facts["n_exact"] == 40
    assert found.facts["n_conflicting"] == (40 if disagree else 0)
    assert ("disagree about the label" in found.says) is disagree
    assert 0.04 < found.facts["share_across_folds"] <= 0.1


def test_copies_are_counted_across_folds_only() -> None:
    """A record whose copy lies in its own fold was not learned before it was tested."""
    evidence = gather(plant.add_copies(plant.make_clean(5), 5, share=0.1))
    together = np.unique(evidence.frame[:, 0], return_inverse=True)[1] % 5

    found = check_duplicates(replace(evidence, folds=together[None]))

    assert found.facts["n_exact"] == 40
    assert found.facts["share_across_folds"] == 0
    assert found.facts["scores"]["all"] == found.facts["scores"]["without"]


@pytest.mark.parametrize("share", [0.05, 1.0])
def test_near_copies_are_found_among_few_or_all(share: float) -> None:
    """Copies with a thousandth of the spread as jitter are found, be they few or every record."""
    found = check_duplicates(gather(plant.add_copies(plant.make_clean(5), 5, share=share, jitter=0.001)))

    assert found.passed is False
    assert "near copies" in found.says
    assert 0.8 * share * 400 < found.facts["n_near"] <= share * 400 + 3


def test_coincidences_of_coarse_features_are_not_judged() -> None:
    """Where records coincide by themselves, nothing is said about copies, and why."""
    found = check_duplicates(gather(plant.round_numbers(plant.make_clean(5), 0)))

    assert found.passed is None
    assert "so coarse" in found.says


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_leak_is_named(noise: float) -> None:
    """A feature that is the class but for some records is named, with what the others reach without it."""
    found = check_leak(gather(plant.add_leak(plant.make_clean(5, signal=0.5), 5, noise=noise)))

    assert found.passed is False
    assert found.says.startswith("code (")
    assert found.facts["without"]["accuracy"] < 0.8


def test_leak_is_told_beside_its_honest_reading() -> None:
    """A number that honestly tells the classes is found too, and the sentence says that both look alike."""
    table = plant.make_clean(28, signal=3.0)

    found = check_leak(gather(table))

    assert plant.has_dominant(table)
    assert found.passed is False
    assert "cannot tell a leak from a feature that honestly is so good" in found.says


def test_leak_in_two_columns_is_named() -> None:
    """A code of the class and its name are found together, though each could stand in for the other."""
    table = plant.add_leak(plant.make_clean(5, signal=0.5), 5, noise=0.0)
    frame = table.frame.copy()
    frame[:, 4] = table.y

    found = check_leak(gather(replace(table, frame=frame)))

    assert found.passed is False
    assert set(found.facts["set_aside"]) == {"code", "colour"}


def test_leak_is_not_seen_in_classes_that_are_easy() -> None:
    """Where every number tells the classes, none of them gives them away."""
    table = plant.make_clean(5, signal=0.0)
    frame = table.frame.copy()
    frame[:, :3] += 12.0 * table.y[:, None]

    found = check_leak(gather(replace(table, frame=frame)))

    assert found.passed
    assert "no leak" in found.says


def test_worse_group_is_named_with_the_correction() -> None:
    """The one bad group among two dozen is named first, and the sentence names Holm's method."""
    found = find_groups(5, bad=0.6)

    assert found.passed is False
    assert found.facts["worse"][0]["group"] == "colour is green"
    assert "Holm's method" in found.says


def test_groups_are_told_as_the_headline_is() -> None:
    """Two repeats that err on other rows: the accuracies told are means, and no row counts as twice wrong."""
    table = plant.make_clean(5, n=1_000)
    right = np.where(table.frame[:, 4] == 1, 0.5, 0.8)
    answers = np.concatenate([plant.answer_at_random(table, right, seed) for seed in (1, 2)])
    evidence = plant.gather(table, make=GaussianNB, seed=5, probabilities=answers)

    found = check_groups(evidence)

    is_right = answers.argmax(axis=2) == table.y
    green = table.frame[:, 4] == 1
    worst = found.facts["worse"][0]
    assert found.facts["accuracy"] == pytest.approx(is_right.mean())
    assert worst["accuracy"]["value"] == pytest.approx(is_right[:, green].mean())
    assert worst["accuracy_elsewhere"] == pytest.approx(is_right[:, ~green].mean())
    assert worst["accuracy_first_repeat"] == pytest.approx(is_right[0, green].mean())


def test_equal_groups_are_rarely_called_worse() -> None:
    """Among 60 tables whose groups are all alike, Holm's method lets at most 8 through (5 % and its luck)."""
    found = [find_groups(100 + seed, bad=0.9, n=300).passed for seed in range(60)]

    assert found.count(False) <= 8


def test_holm_adjusts_in_steps() -> None:
    """The known example: each p times the number of those not yet judged, never falling."""
    found = adjust_holm(np.array([0.01, 0.04, 0.03, 0.005]))

    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize(("n_rare", "is_rare"), [(5, True), (15, True), (16, False)])
def test_rare_class_is_named_below_the_bound(n_rare: int, *, is_rare: bool) -> None:
    """Sixteen records are the fewest of which perfect answers show a recall above 80 %."""
    found = find_rarity(5, n_rare)

    assert found.passed is not is_rare
    assert found.facts["rare"] == ({"kind-2": n_rare} if is_rare else {})
    assert "16 records" in found.says


def test_refused_data_leave_a_control_unjudged() -> None:
    """A pipeline that cannot take the data stops no training: the control says why it could not judge."""
    table = plant.make_clean(5, n=60)

    found = run_on(table, make=lambda: DecisionTreeClassifier(max_depth=-1))

    assert [one["passed"] for one in found] == [None, True, True, True, True, True]
    assert "could not be judged" in found[0]["says"]


def test_controls_that_fit_nothing_can_be_run_alone() -> None:
    """Three controls need no pipeline: they are judged with one that cannot be made."""
    table = plant.make_clean(5, n=60)

    found = run_on(table, make=lambda: pytest.fail("nothing is to be made"), only=FREE)

    assert {one["name"] for one in found} == FREE == {"duplicates", "groups", "rare_classes"}


def test_benchmark_meets_what_it_expects() -> None:
    """One table of each planted fault that is not at the edge of what can be seen."""
    clear = ("20 % of 400", "but for 1 %", "of 2 questions", "right 50 %", "5 records", "40 records")
    cases = [
        case
        for case in list_cases(1)
        if any(case.table.endswith(word) or word in case.table for word in clear)
    ]

    verdicts = {
        case.table: (case.expected, case.find(FIRST_SEED).passed) for case in cases if case.tables == 1
    }

    assert len(verdicts) >= 6
    for table, (expected, passed) in verdicts.items():
        if "but for 0.5" not in table:
            assert (passed is False) == (expected == "finding"), table
