"""Labels that are a plain rule: found, and printed in the features' own words."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from benchmarks.evaluation.plant import (
    Table,
    declare,
    gather,
    label_by_either,
    label_by_rule,
    label_by_steps,
    make_clean,
)
from herdbook.dataset import Dataset
from training.control.column import find_round, make_columns, stack
from training.control.finding import Finding
from training.control.grow import grow_ahead
from training.control.rule import check_rule
from training.control.way import answer_by_ways, trace_ways

ANIMALS = declare(
    {"name": "walks_on_n_legs", "type": "integer", "unit": "legs"},
    {"name": "weight", "type": "number", "unit": "kg", "missing": True},
    {"name": "has_wings", "type": "boolean"},
    {"name": "colour", "type": "category", "values": ["red", "green", "blue"], "missing": True},
)


def make_animals(seed: int, n: int = 300) -> NDArray[np.float64]:
    """Make animals with two to four legs, no weight near 150 kg, and colours."""
    generator = np.random.default_rng(seed)
    weight = np.where(generator.random(n) < 0.5, generator.uniform(5, 95, n), generator.uniform(230, 900, n))
    legs = generator.choice([2, 4], n)
    return np.column_stack([legs, weight, generator.integers(0, 2, n), generator.integers(0, 3, n)])


def judge(
    frame: NDArray[np.float64], y: NDArray[np.int64], *classes: str, dataset: Dataset = ANIMALS
) -> Finding:
    """Run the control; it fits trees of its own."""
    return check_rule(gather(Table(dataset, frame, y, classes), make=DecisionTreeClassifier, seed=0))


def test_rule_is_printed_in_units_and_names() -> None:
    """A rule of two questions comes back as it was planted, but for the order of its parts."""
    frame = make_animals(0)
    y = np.where((frame[:, 0] == 2) & (frame[:, 2] == 1), 0, 1)

    found = judge(frame, y, "chicken", "other")

    assert found.passed is False
    assert found.facts["n_questions"] == 2
    assert found.facts["is_exact"]
    chicken = next(rule for rule in found.facts["rules"] if rule.endswith("→ chicken"))
    assert set(chicken.removesuffix(" → chicken").split(" and ")) == {
        "walks_on_n_legs ≤ 3 legs",
        "has_wings is true",
    }
    assert found.says.startswith("A plain rule gives every label (300 records; ")


def test_rule_of_a_range_is_one_condition() -> None:
    """Two bounds on one feature are told as a range, with round numbers that part the records as exactly."""
    frame = make_animals(0)
    frame[:, 1] = np.concatenate(
        [np.linspace(1, 40, 100), np.linspace(61, 80, 100), np.linspace(120, 300, 100)]
    )
    y = np.where((frame[:, 1] > 50) & (frame[:, 1] < 100), 1, 0)

    found = judge(frame, y, "other", "dog")

    assert found.facts["rules"] == [
        "weight ≤ 50 kg → other",
        "50 < weight ≤ 100 kg → dog",
        "weight > 100 kg → other",
    ]


@pytest.mark.parametrize(
    ("place", "value", "rules"),
    [
        (3, 1.0, {"colour is green → a", "colour is not green → b"}),
        (3, np.nan, {"colour is missing → a", "colour is known → b"}),
        (1, np.nan, {"weight is missing → a", "weight is known → b"}),
    ],
)
def test_rule_names_categories_and_missing_values(place: int, value: float, rules: set[str]) -> None:
    """A category is told by its name, and what is missing is said to be missing."""
    frame = make_animals(0)
    is_a = np.arange(len(frame)) % 3 == 0
    frame[is_a, place] = value
    frame[~is_a & (frame[:, place] == value), place] = 0.0

    found = judge(frame, np.where(is_a, 0, 1), "a", "b")

    assert set(found.facts["rules"]) == rules


@pytest.mark.parametrize("seed", range(5))
def test_ways_answer_as_the_tree_does(seed: int) -> None:
    """For labels of no rule and values missing, the printed ways give each record the tree's own answer."""
    generator = np.random.default_rng(seed)
    frame = make_animals(seed)
    frame[generator.random(300) < 0.2, 1] = np.nan
    frame[generator.random(300) < 0.2, 3] = np.nan
    columns = make_columns(ANIMALS, frame)
    tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(
        stack(columns), generator.integers(0, 3, 300)
    )

    ways = trace_ways(tree, columns, frame)

    np.testing.assert_array_equal(answer_by_ways(ways, frame), tree.predict(stack(columns)))


@pytest.mark.parametrize(("questions", "noise", "is_found"), [(1, 0, True), (3, 0, True), (2, 0.05, False)])
def test_rule_is_found_unless_labels_stray(questions: int, noise: float, *, is_found: bool) -> None:
    """A rule of up to three questions is found; with one in twenty labels astray, it is none."""
    table = label_by_rule(make_clean(11), 11, questions=questions, noise=noise)

    found = judge(table.frame, table.y, *table.classes, dataset=table.dataset)

    assert found.passed is not is_found


@pytest.mark.parametrize("seed", range(3))
def test_rule_of_two_features_at_once_is_found(seed: int) -> None:
    """One or the other but not both, which no single question helps to see, comes back to the letter."""
    table = label_by_either(make_clean(seed, n=1_000), seed)

    found = judge(table.frame, table.y, *table.classes, dataset=table.dataset)

    assert found.facts["is_exact"]
    assert len(found.facts["rules"]) == 4
    assert found.facts["share_held_out"] > 0.99
    assert all("length" in rule and "weight" in rule for rule in found.facts["rules"])


def test_rule_of_many_classes_is_found() -> None:
    """Ten classes that are a number's tenths need ten answers, more than three questions part."""
    table = label_by_steps(make_clean(3, n=1_000), 3, steps=10)

    found = judge(table.frame, table.y, *table.classes, dataset=table.dataset)

    assert found.facts["is_exact"]
    assert len(found.facts["rules"]) == 10


def test_rule_that_labels_stray_from_is_called_nearly_one() -> None:
    """Four stray labels in a thousand: nearly every label, and the share is told."""
    table = label_by_rule(make_clean(4, n=1_000), 4, questions=1, noise=0.0)
    y = table.y.copy()
    y[::250] = 1 - y[::250]

    found = judge(table.frame, y, *table.classes, dataset=table.dataset)

    assert found.passed is False
    assert "gives nearly every label, 99.6 %" in found.says
    assert "Nearly perfect scores" in found.says


@pytest.mark.parametrize("seed", range(4))
def test_tree_that_looks_ahead_is_told_as_it_answers(seed: int) -> None:
    """With values missing and categories, the ways give each record the answer of the forked tree."""
    generator = np.random.default_rng([seed, 21])
    frame = make_animals(seed)
    frame[generator.random(300) < 0.2, 1] = np.nan
    frame[generator.random(300) < 0.2, 3] = np.nan
    columns = make_columns(ANIMALS, frame)
    y = (np.nan_to_num(frame[:, 1]) > 150).astype(int) ^ (frame[:, generator.integers(2, 4)] == 1)

    grown = grow_ahead(depth=2)(stack(columns), y)

    ways = grown.trace(columns, frame)
    np.testing.assert_array_equal(answer_by_ways(ways, frame), grown.predict(stack(columns)))
    assert (grown.predict(stack(columns)) == y).mean() == 1


def test_denial_tells_what_was_tried() -> None:
    """Random labels are no rule, and the sentence claims no more than was tried, held out too."""
    table = make_clean(5, n=400, signal=0.0)

    found = judge(table.frame, table.y, *table.classes, dataset=table.dataset)

    assert found.passed
    assert found.says.startswith("No plain rule was found: no greedy tree of up to 3 questions (the first")
    assert found.facts["share_held_out"] < found.facts["share_right"] < 0.6


def test_many_classes_of_few_records_raise_no_warning() -> None:
    """Thirty classes of four records each leave few rows on some side of a question."""
    table = make_clean(5, n=120, k=30, signal=0.0)

    found = judge(table.frame, table.y, *table.classes, dataset=table.dataset)

    assert found.passed


def test_few_records_fit_a_tree_by_accident() -> None:
    """Eight records of random labels, which a tree can fit, make no rule."""
    frame = make_animals(2, n=8)

    found = judge(frame, np.array([0, 1, 0, 1, 1, 0, 1, 0]), "a", "b")

    assert found.passed


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (2, 4, 3),
        (95.3, 230.1, 200),
        (0.11, 0.14, 0.12),
        (-1, 1, 0),
        (1.0, 1.0 + 2**-52, 1.0),
        (-1e308, 1e308, 0),
    ],
)
def test_round_number_lies_between(low: float, high: float, expected: float) -> None:
    """The bound that is told has few digits, and parts the same records."""
    assert find_round(low, high) == expected
