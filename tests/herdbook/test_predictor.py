"""Predictors: verified on loading, and right on every row."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from skops.io import dumps

from herdbook.canonical import canonical_skops
from herdbook.classifier import vote_shares
from herdbook.clusters import Clusters
from herdbook.errors import PackageError, SchemaMismatchError
from herdbook.package import build_package, read_card
from herdbook.predictor import Predictor, require_match
from tests.fixtures.models import build_small_package, dataset_named, small_frame

IRIS = dataset_named("iris")


def test_predictor_answers_every_row(small_package: Path) -> None:
    """Labels are those of the groups, probabilities sum to one, confidence is the largest of them."""
    predictor = Predictor.load(small_package, IRIS)
    frame, labels = small_frame(IRIS)

    answers = predictor.predict(frame)

    assert [answers.classes[place] for place in answers.label] == labels.tolist()
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(answers.confidence, answers.probabilities.max(axis=1))
    np.testing.assert_array_equal(answers.assignment.cluster, predictor.cluster(frame).cluster)


def test_predictor_answers_nothing_for_no_rows(small_package: Path) -> None:
    """An empty frame gives empty answers of the right width."""
    answers = Predictor.load(small_package, IRIS).predict(np.empty((0, 4)))

    assert answers.probabilities.shape == (0, 3)
    assert len(answers.label) == len(answers.confidence) == len(answers.assignment.cluster) == 0


def test_predictor_does_not_depend_on_the_batch(small_package: Path) -> None:
    """A row alone gets the answer that it gets among others, within the golden tolerance."""
    predictor = Predictor.load(small_package, IRIS)
    frame, _ = small_frame(IRIS)

    alone = np.vstack([predictor.predict(row[None]).probabilities for row in frame[:20]])

    np.testing.assert_allclose(alone, predictor.predict(frame).probabilities[:20], rtol=0, atol=1e-6)


def test_hard_vote_answers_shares_of_the_votes(tmp_path: Path) -> None:
    """Members that agree give one class the whole vote."""
    build_small_package(tmp_path, IRIS, voting="hard")
    frame, labels = small_frame(IRIS)

    answers = Predictor.load(tmp_path, IRIS).predict(frame)

    assert [answers.classes[place] for place in answers.label] == labels.tolist()
    np.testing.assert_array_equal(answers.confidence, 1)


def test_vote_shares_weigh_the_members() -> None:
    """A member of weight two outvotes one of weight one."""
    ballots = np.array([[0, 1], [2, 2]])

    shares = vote_shares(ballots, [2.0, 1.0], n_classes=3)

    np.testing.assert_allclose(shares, np.array([[2 / 3, 1 / 3, 0], [0, 0, 1]]))


def test_predictor_of_other_features_is_refused(small_package: Path) -> None:
    """A dataset file that has changed since the training is told apart."""
    changed = IRIS.model_copy(update={"features": IRIS.features[::-1]})
    changed = type(IRIS).model_validate(changed.model_dump(by_alias=True))

    with pytest.raises(SchemaMismatchError, match=f"{IRIS.schema_hash}.*train again.*herdbook promote"):
        Predictor.load(small_package, changed)


def test_card_alone_tells_a_foreign_model(small_package: Path) -> None:
    """Whether a model fits is known from its card, before its package is fetched."""
    card = read_card(small_package)

    require_match("iris:000000000000", card, IRIS)
    with pytest.raises(SchemaMismatchError, match="iris:000000000000"):
        require_match("iris:000000000000", card | {"schema_hash": "0" * 16}, IRIS)


def test_predictor_of_another_dataset_is_refused(small_package: Path) -> None:
    """An iris model does not serve animals."""
    with pytest.raises(PackageError, match="belongs to dataset 'iris'"):
        Predictor.load(small_package, dataset_named("animals"))


def test_predictor_with_other_golden_answers_is_refused(tmp_path: Path) -> None:
    """A package that no longer answers as it did when it was registered does not serve."""
    build_small_package(tmp_path, IRIS)
    card = json.loads((tmp_path / "card.json").read_bytes())
    card["golden"]["probabilities"][0] = [0.2, 0.5, 0.3]
    model = (tmp_path / "model.skops").read_bytes()
    build_package(tmp_path, card=card, model=model, clusters=Clusters.load(tmp_path / "clusters.npz"))

    with pytest.raises(PackageError, match="golden rows"):
        Predictor.load(tmp_path, IRIS)


def test_pipeline_without_scikit_learn_is_refused(
    small_package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only compiled models can be served, another is refused with what it lacks and the cure."""
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(PackageError, match=r"pipeline needs sklearn, which is not here.*build a Bento"):
        Predictor.load(small_package, dataset_named("iris"))


def test_untrusted_type_is_refused(tmp_path: Path) -> None:
    """A file that names a type outside of our list is not loaded."""
    build_small_package(tmp_path, IRIS)
    card = json.loads((tmp_path / "card.json").read_bytes())
    foreign = canonical_skops(dumps(Path("x").joinpath))
    build_package(tmp_path, card=card, model=foreign, clusters=Clusters.load(tmp_path / "clusters.npz"))

    with pytest.raises(PackageError, match="does not trust"):
        Predictor.load(tmp_path, IRIS)
