"""Diagnosis: learning curves and importances of tables whose truth is known."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from benchmarks.evaluation.plant import declare, make_clean
from herdbook.package import FRAME
from training.diagnose import confusion, costs, learning_curve, permutation_importance
from training.diagnose.association import measure_associations
from training.diagnose.heldout import answer_out_of_fold, deal_folds, sample_rows, spread_rows
from training.diagnose.importance import count_answers
from training.diagnose.law import fit_law
from training.pipeline import build_pipeline


def test_spread_rows_hold_every_class_in_its_share() -> None:
    """Each first part of the order has of each class its share, within one row."""
    y = np.repeat([0, 1, 2], [100, 60, 40])

    order = spread_rows(y, seed=3)

    assert sorted(order) == list(range(200))
    for n in (10, 50, 130):
        np.testing.assert_allclose(np.bincount(y[order[:n]]), n * np.array([0.5, 0.3, 0.2]), atol=1)


def test_folds_are_dealt_evenly() -> None:
    """Each class is spread over the folds within one row, and a class of one row is no error."""
    y = np.array([0] * 50 + [1] * 13 + [2])

    folds = deal_folds(y, 5, seed=0)

    assert np.ptp([np.bincount(folds[y == place], minlength=5) for place in (0, 1)], axis=1).max() <= 1
    assert np.ptp(np.bincount(folds)) <= 1


def test_classes_that_a_fold_lacks_get_no_probability() -> None:
    """A class of one row cannot be learned while it is tested; its column stays zero."""
    y = np.array([0] * 10 + [1] * 10 + [2])

    found = answer_out_of_fold(GaussianNB, np.arange(21.0)[:, None], y, np.arange(21) % 3)

    assert found[20, 2] == 0
    np.testing.assert_allclose(found.sum(axis=1), 1)


class Lucky(DummyClassifier):  # type: ignore[misc]  # scikit-learn has no types
    """Keeps the seed of each fit."""

    seeds: ClassVar[list[int]] = []

    def fit(self, frame: object, y: object, sample_weight: object = None) -> Lucky:
        """Note the seed."""
        self.seeds.append(self.random_state)
        super().fit(frame, y, sample_weight)
        return self


def test_every_fit_has_a_seed_of_its_own() -> None:
    """Of the fits of a curve, an importance and folds, no two share their luck."""
    frame, y = make_regression(0, n=100)
    pipeline = build_pipeline(NUMBERS, Lucky(random_state=3), inputs=FRAME)
    Lucky.seeds.clear()

    learning_curve(frame, y, make=lambda: clone(pipeline), seed=1)
    permutation_importance(NUMBERS, frame, y, make=lambda: clone(pipeline), seed=1)
    answer_out_of_fold(lambda: clone(pipeline), frame, y, deal_folds(y, 2, seed=1), seed=(1, 2))

    assert len(Lucky.seeds) > 40
    assert len(set(Lucky.seeds)) == len(Lucky.seeds)


def test_curve_says_that_more_data_would_help() -> None:
    """A task with many features and few rows is far from its best."""
    generator = np.random.default_rng(0)
    frame = generator.standard_normal((200, 20))
    y = (frame @ generator.standard_normal(20) > 0).astype(np.int64)

    found = learning_curve(frame, y, make=LogisticRegression, seed=0)

    assert found["says"].startswith("More data would probably help")
    assert [point["n_rows"] for point in found["points"]] == [20, 40, 80, 160]
    assert found["gain"]["log_loss"]["low"] > 0


def test_curve_says_that_more_data_would_not_help() -> None:
    """A procedure that always answers the same learns nothing from more rows."""
    table = make_clean(0, n=400)

    found = learning_curve(table.frame, table.y, make=lambda: DummyClassifier(strategy="prior"), seed=0)

    assert found["says"].startswith("More records of this kind would hardly help")


def test_curve_of_few_records_says_so() -> None:
    """Twelve records cannot be halved; no point is made up."""
    found = learning_curve(np.arange(12.0)[:, None], np.arange(12) % 2, make=GaussianNB, seed=0)

    assert found["points"] == []
    assert "too few" in found["says"]


def test_curve_of_a_sample_says_so() -> None:
    """Of more rows than allowed a sample is taken, and its size told."""
    table = make_clean(0, n=400)

    found = learning_curve(table.frame, table.y, make=GaussianNB, seed=0, at_most=100)

    assert found["n_rows"] == 100
    assert found["says"].endswith("Measured on a sample of 100 of the 400 records.")


def test_curve_of_a_sample_of_the_table_tells_the_tables_size() -> None:
    """Rows that are a sample themselves are not taken for all that there are."""
    table = make_clean(0, n=200)

    found = learning_curve(table.frame, table.y, make=GaussianNB, seed=0, n_table=5_000)

    assert found["says"].endswith("Measured on a sample of 200 of the 5,000 records.")


def test_law_is_recovered_where_there_is_one() -> None:
    """Losses that follow a power law, with noise, are extrapolated to twice the rows."""
    sizes = np.array([100, 200, 400, 800, 1_600])
    losses = (0.2 + 5.0 * sizes**-0.7)[:, None] + 1e-4 * np.random.default_rng(1).standard_normal((5, 5))

    law = fit_law(sizes, losses)

    assert law is not None
    assert law.at(3_200) == pytest.approx(0.2 + 5.0 * 3_200**-0.7, abs=0.002)


def test_law_is_refused_where_there_is_none() -> None:
    """A curve that rises, and one with a step, are no power law."""
    sizes = np.array([100, 200, 400, 800, 1_600])
    noise = 1e-3 * np.random.default_rng(1).standard_normal((5, 5))

    assert fit_law(sizes, np.linspace(0.2, 0.4, 5)[:, None] + noise) is None
    assert fit_law(sizes, np.array([0.5, 0.5, 0.5, 0.2, 0.2])[:, None] + noise) is None


def make_regression(seed: int, n: int = 400) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make four numbers: two that nearly are one, which decides; one that decides less; one that does not."""
    generator = np.random.default_rng(seed)
    first, second, other = generator.standard_normal((3, n))
    twin = first + 0.1 * generator.standard_normal(n)
    y = (2 * first + second + 0.5 * generator.standard_normal(n) > 0).astype(np.int64)
    return np.column_stack([first, twin, second, other]), y


NUMBERS = declare(*({"name": name, "type": "number"} for name in ("first", "twin", "second", "other")))


def test_importance_joins_features_that_say_the_same() -> None:
    """Twins share their importance and are shuffled together; what decides nothing does not matter."""
    frame, y = make_regression(0)

    found = permutation_importance(
        NUMBERS, frame, y, make=lambda: build_pipeline(NUMBERS, LogisticRegression(), inputs=FRAME), seed=0
    )

    lines = {line["name"]: line for line in found["features"]}
    assert lines["first"]["shares_with"] == ["twin"]
    assert found["groups"][0]["features"] == ["first", "twin"]
    assert found["groups"][0]["value"] > lines["second"]["value"] > lines["other"]["value"]
    assert lines["second"]["low"] > 0 >= lines["other"]["low"]
    assert "share their importance: first and twin" in found["says"]


class Asked(GaussianNB):  # type: ignore[misc]  # scikit-learn has no types
    """Counts the rows that it answers."""

    n_rows = 0

    def predict_proba(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        """Answer, and count."""
        Asked.n_rows += len(frame)
        answers: NDArray[np.float64] = super().predict_proba(frame)
        return answers


def test_answers_that_an_importance_takes_are_foretold() -> None:
    """What is answered with shuffled values is known before, beside one answer for each row."""
    frame = np.random.default_rng(0).standard_normal((200, 4))
    y = np.arange(200) % 2
    Asked.n_rows = 0

    permutation_importance(NUMBERS, frame, y, make=Asked, seed=0)

    assert Asked.n_rows == count_answers(200, 4) + 200


def test_importance_of_noise_is_rarely_shown() -> None:
    """Of 40 features that decide nothing, few have an interval above zero, though a tree uses them."""
    shown = 0
    for seed in range(10):
        frame = np.random.default_rng(seed).standard_normal((150, 4))
        y = np.random.default_rng([seed, 1]).integers(0, 2, 150)
        found = permutation_importance(
            NUMBERS, frame, y, make=lambda: DecisionTreeClassifier(max_depth=4, random_state=0), seed=seed
        )
        shown += sum(line["low"] > 0 for line in found["features"])

    assert shown <= 4


def test_associations_take_every_kind() -> None:
    """A category that is a number's quarter hangs together with it, a constant with nothing."""
    number = np.arange(80.0)
    dataset = declare(
        {"name": "number", "type": "number"},
        {"name": "quarter", "type": "category", "values": ["a", "b", "c", "d"]},
        {"name": "constant", "type": "number"},
        {"name": "is_late", "type": "boolean"},
    )
    frame = np.column_stack([number, number // 20, np.ones(80), number >= 40])

    found = measure_associations(dataset, frame)

    assert found[0, 1] > 0.95
    assert found[1, 3] == pytest.approx(1)
    assert found[2].tolist() == [0, 0, 1, 0]


def test_confusion_counts_the_first_repeat() -> None:
    """Each record counts once; the shares are over all repeats."""
    y = np.array([0, 0, 1])
    repeats = np.eye(2)[[[0, 1, 1], [0, 0, 1]]]

    found = confusion(repeats, y, ("dog", "cat"))

    assert found["counts"] == [[1, 1], [0, 1]]
    assert found["mean_shares"] == [[0.75, 0.25], [0, 1]]
    assert "'dog' taken for 'cat' (1 of 2)" in found["says"]


def test_costs_are_told_per_member() -> None:
    """The dearest comes first, with the seconds of one fit and microseconds per row."""
    measured = [
        {"member": "a", "settings": {}, "fit_cpu_s": 1.0, "predict_cpu_s_per_row": 2e-6},
        {"member": "b", "settings": {"C": 1.0}, "fit_cpu_s": 5.0, "predict_cpu_s_per_row": 1e-6},
    ]

    found = costs(measured)

    assert [line["member"] for line in found] == ["b", "a"]
    assert found[1] == {
        "member": "a",
        "settings": {},
        "fit_cpu_s": 1.0,
        "predict_us_per_row": 2.0,
    }


def test_samples_keep_their_order() -> None:
    """A sample is of the size asked for, ascending, with each class in its share."""
    y = np.tile([0, 1, 1, 1], 100)

    found = sample_rows(y, at_most=80, seed=0)

    assert (np.diff(found) > 0).all()
    assert np.bincount(y[found]).tolist() == [20, 60]
