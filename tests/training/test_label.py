"""Labels: from a column, by rules that name clusters, or by a person."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris

from herdbook.dataset import Dataset
from herdbook.errors import DiscoveryError, TrainingError
from tests.fixtures.herd import ANIMALS, IRIS, make_animals
from training.check import Check
from training.discover import Discovery, discover
from training.label import label


def make_check(frame: np.ndarray, target: np.ndarray | None = None) -> Check:
    """Give a check that accepted every row."""
    return Check(frame, np.arange(len(frame)), target, len(frame), reasons=(), ignored=())


def relabelled(labels: dict[str, object]) -> Dataset:
    """Give the animals dataset with other labels."""
    return Dataset.model_validate(ANIMALS.declaration() | {"labels": labels})


@pytest.fixture(scope="module")
def animals() -> tuple[Check, Discovery, np.ndarray]:
    """Check, discovery and true kinds of 1,000 animals."""
    frame, kind = make_animals(0, 1_000)
    return make_check(frame), discover(ANIMALS, frame), kind


def test_label_names_clusters_by_rules(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """Each cluster takes the kind that most of its members are, with the share reported."""
    check, discovery, kind = animals

    labels = label(ANIMALS, check, discovery)

    truth = kind[labels.kept]
    assert set(labels.names.values()) == {"chicken", "kangaroo", "elephant", "dog"}
    assert (labels.y == truth)[truth != "noise"].all()
    assert all(one["share"] > 0.95 for one in labels.report["clusters"])
    assert sum(labels.report["counts"].values()) == len(labels.y)


def test_label_leaves_outliers_out(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """What lies in no cluster is not trained on."""
    check, discovery, _ = animals

    labels = label(ANIMALS, check, discovery)

    assert not discovery.assignment.outlier[labels.kept].any()
    assert labels.report["n_outliers"] == labels.report["n_left_out"] == len(check.frame) - len(labels.kept)


def test_label_takes_the_first_rule(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """Where two rules hold, the first one names the cluster, and two clusters may share a name."""
    check, discovery, _ = animals
    rules = [
        {"label": "biped", "when": ["walks_on_n_legs == 2"]},
        {"label": "chicken", "when": ["walks_on_n_legs == 2", "has_wings == true"]},
        {"label": "other", "when": ["walks_on_n_legs != 2"]},
    ]

    labels = label(relabelled({"from": "rules", "rules": rules}), check, discovery)

    assert sorted(labels.names.values()) == ["biped", "biped", "other", "other"]


def test_label_leaves_clusters_without_a_rule_out(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """A cluster that no rule names is reported and not trained on."""
    check, discovery, _ = animals
    rules = [{"label": "heavy", "when": ["weight > 900"]}]

    labels = label(relabelled({"from": "rules", "rules": rules}), check, discovery)

    assert set(labels.y) == {"heavy"}
    assert len(labels.names) == 1
    assert np.median(check.frame[labels.kept, 2]) > 2_600
    assert [one["label"] for one in labels.report["clusters"]].count(None) == 3


def test_label_refuses_rules_that_name_nothing(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """If no cluster gets a name, there is nothing to train on."""
    check, discovery, _ = animals
    rules = [{"label": "spider", "when": ["walks_on_n_legs == 8"]}]

    with pytest.raises(DiscoveryError, match="none has a majority"):
        label(relabelled({"from": "rules", "rules": rules}), check, discovery)


def test_label_numbers_clusters_without_a_name(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """A person's names are taken, the other clusters keep their number."""
    check, discovery, _ = animals

    labels = label(relabelled({"from": "clusters", "names": {"2": "dog"}}), check, discovery)

    assert labels.names == {0: "cluster-0", 1: "cluster-1", 2: "dog", 3: "cluster-3"}
    expected = [labels.names[number] for number in discovery.assignment.cluster[labels.kept].tolist()]
    assert labels.y.tolist() == expected


def test_label_takes_names_that_were_carried(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """What `names_for` gives is what the clusters are called, two of one name are one class."""
    check, discovery, _ = animals
    names = {0: "dog", 1: "cluster-1", 2: "dog", 3: "hen"}

    labels = label(relabelled({"from": "clusters"}), check, discovery, names=names)

    assert labels.names == names
    assert set(labels.report["counts"]) == {"dog", "cluster-1", "hen"}


def test_label_refuses_names_of_unknown_clusters(animals: tuple[Check, Discovery, np.ndarray]) -> None:
    """A name for a cluster that is not there is a mistake, and the sentence says which clusters there are."""
    check, discovery, _ = animals

    with pytest.raises(DiscoveryError, match="'7', but the clusters are 0 to 3"):
        label(relabelled({"from": "clusters", "names": {"7": "dog"}}), check, discovery)


@pytest.mark.parametrize("labels", [ANIMALS.declaration()["labels"], {"from": "clusters"}])
def test_label_refuses_a_discovery_without_clusters(labels: dict[str, object]) -> None:
    """Without clusters there is nothing to name."""
    frame = np.ones((20, 5))

    with pytest.raises(DiscoveryError):
        label(relabelled(labels), make_check(frame), discover(ANIMALS, frame))


def test_label_takes_the_target_column() -> None:
    """Labels from a column keep every row, outliers too."""
    flowers = load_iris()
    target = flowers.target_names[flowers.target].astype(object)
    check = make_check(flowers.data, target)

    labels = label(IRIS, check, discover(IRIS, check.frame))

    assert labels.y.tolist() == target.tolist()
    assert labels.kept.tolist() == list(range(150))
    assert labels.report["counts"] == {"setosa": 50, "versicolor": 50, "virginica": 50}


def test_label_refuses_a_target_without_values() -> None:
    """A snapshot of which no row carries the label cannot be trained on."""
    frame = load_iris().data
    empty = make_check(frame[:0], np.array([], dtype=object))

    with pytest.raises(TrainingError, match="'species'"):
        label(IRIS, empty, discover(IRIS, frame))
