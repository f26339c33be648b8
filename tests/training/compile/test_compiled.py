"""Compiling: every member answers as scikit-learn does, and what cannot be compiled says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from herdbook.classifier import SkopsClassifier
from tests.training.compile.small import CANDIDATES, MIXED, compile_mixed, fit_mixed, mixed_frame, vote_of
from training.compile.measure import serve
from training.compile.pipeline import write_graph
from training.compile.proof import prove_equal
from training.compile.row import generate_rows, with_gaps

ASKED = 3_000


def asked_rows() -> dict[str, np.ndarray]:
    """Give some of the rows that a training proves a graph on."""
    generated = generate_rows(MIXED, mixed_frame(), inputs="frame", n_clusters=0)[:ASKED]
    gaps = with_gaps(generated, n_features=len(MIXED.features))
    return {"training": mixed_frame(), "generated": generated, "missing": gaps[:1_000]}


def prove(classifier: object, *, n_classes: int) -> float:
    """Fit and compile a classifier, let no row be wrong, and give the largest difference."""
    pipeline, _ = fit_mixed(classifier, n_classes=n_classes)
    said = serve(write_graph(pipeline), pipeline.classes_)

    proof = prove_equal(said, SkopsClassifier(pipeline), asked_rows(), tick=lambda _: None)

    assert (proof.n_wrong, sum(proof.rows.values())) == (0, 240 + ASKED + 1_000)
    return proof.largest


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", CANDIDATES)
def test_member_answers_as_scikit_learn_does(name: str, n_classes: int) -> None:
    """Every kind of feature, gaps, values far beyond the bounds and unknown categories: the same answer."""
    largest = prove(CANDIDATES[name].build(seed=0), n_classes=n_classes)

    assert largest < 1e-6


@pytest.mark.parametrize("n_classes", [2, 3])
def test_vote_answers_as_scikit_learn_does(n_classes: int) -> None:
    """All six in one graph, each by its weight."""
    assert prove(vote_of(*CANDIDATES), n_classes=n_classes) < 1e-6


@pytest.mark.parametrize("settings", [{"weights": "distance"}, {"n_neighbors": 1}, {"n_neighbors": 30}])
def test_neighbours_with_other_settings_answer_alike(settings: dict[str, object]) -> None:
    """Votes that weigh 1 / distance, one neighbour, and many."""
    assert prove(KNeighborsClassifier(**settings), n_classes=3) < 1e-6


@pytest.mark.parametrize("name", ["random_forest", "hist_gradient_boosting"])
def test_values_at_a_threshold_take_the_same_side(name: str) -> None:
    """Midway between two lengths, where trees split, or a rounding away: where scikit-learn sends it."""
    pipeline, _ = fit_mixed(CANDIDATES[name].build(seed=0))
    between = mixed_frame()[:, 0] + 0.05
    near = np.concatenate([np.nextafter(between, way) for way in (-np.inf, np.inf)] + [between])
    rows = np.vstack([mixed_frame()] * 3)
    rows[:, 0] = near
    said = serve(write_graph(pipeline), pipeline.classes_)

    proof = prove_equal(said, SkopsClassifier(pipeline), {"near": rows}, tick=lambda _: None)

    assert proof.n_wrong == 0


def test_compiled_model_says_how_it_was_proven() -> None:
    """The card tells the rows and the tolerance, and no timing; what was measured stands beside it."""
    compiled = compile_mixed(*fit_mixed(vote_of("logistic_regression", "k_nearest_neighbors")))

    assert compiled.graph is not None
    assert compiled.card["graph"] is True
    assert compiled.card["members"] == {
        "logistic_regression": "graph",
        "k_nearest_neighbors": "graph; near ties in NumPy",
    }
    assert compiled.card["proof"] == {
        "rows": {"training": 240, "generated": 10_000, "missing": 2_000},
        "tolerance": 1e-5,
    }
    assert "as scikit-learn does" in compiled.card["why"]
    assert not any("us" in name.split("_") for name in compiled.card)
    assert set(compiled.timings["members"]) == set(compiled.card["members"])


def test_equal_models_have_equal_graphs() -> None:
    """The same pipeline, fitted twice, gives the same bytes."""
    first, second = (write_graph(fit_mixed(vote_of(*CANDIDATES))[0]) for _ in range(2))

    assert first.body == second.body
    assert first.members == second.members


@pytest.mark.parametrize(
    ("classifier", "why"),
    [
        (vote_of("logistic_regression", "extra_trees", voting="hard"), "its vote is hard"),
        (KNeighborsClassifier(metric="manhattan"), "measured by manhattan"),
        (GaussianNB(), "nothing writes a GaussianNB"),
    ],
)
def test_what_cannot_be_compiled_says_why(classifier: object, why: str) -> None:
    """The model is registered without a graph; the reason stands in its card."""
    compiled = compile_mixed(*fit_mixed(classifier))

    assert compiled.graph is None
    assert compiled.card["graph"] is False
    assert why in compiled.card["why"]


def test_graph_of_another_model_is_found_out() -> None:
    """The proof fails where answers differ, and says in how many rows."""
    pipeline, _ = fit_mixed(CANDIDATES["logistic_regression"].build(seed=0))
    other, _ = fit_mixed(CANDIDATES["extra_trees"].build(seed=0))
    said = serve(write_graph(other), other.classes_)

    proof = prove_equal(said, SkopsClassifier(pipeline), asked_rows(), tick=lambda _: None)

    assert proof.n_wrong > 0
    assert "otherwise than scikit-learn" in proof.says
    assert "as scikit-learn does" in replace(proof, n_wrong=0).says
