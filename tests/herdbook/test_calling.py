"""What clusters may be called, by whichever door, and what they are called."""

from __future__ import annotations

import pytest

from herdbook.calling import call, check_names, names_of, require_seen
from herdbook.dataset import Dataset
from herdbook.errors import NamingError
from herdbook.ledger import Ledger
from herdbook.naming import list_namings
from tests.fixtures.herd import ANIMALS

NAMED = Dataset.model_validate(
    ANIMALS.declaration() | {"labels": {"from": "clusters", "names": {"0": "small"}}}
)
REPORT, OTHER = "a" * 64, "b" * 64
FOUR = {"report": REPORT, "clusters": [{"cluster": number} for number in range(4)]}
REASON = {"who": "ada", "why": "they bark"}


@pytest.mark.parametrize(
    ("dataset", "given", "said"),
    [
        (ANIMALS, {9: "dog"}, "there is no cluster 9: the clusters are 0 to 3"),
        (
            ANIMALS,
            {2: "cat"},
            "cluster 1 is called 'cat' already, so 2 may not be; .*--name 1=cat --name 2=cat",
        ),
        (ANIMALS, {2: "cluster-3"}, "'cluster-3' is what cluster 3 is called without a name"),
        (NAMED, {0: "dog"}, "the dataset file calls cluster 0 'small', which wins"),
        (NAMED, {2: "small"}, "cluster 0 is called 'small' already"),
    ],
)
def test_name_that_misleads_is_refused(dataset: Dataset, given: dict[int, str], said: str) -> None:
    """The sentence says what is wrong with it, and what to do."""
    with pytest.raises(NamingError, match=said):
        check_names(dataset, given, {1: "cat"}, n_clusters=4)


@pytest.mark.parametrize(
    "given", [{2: "dog"}, {1: "dog", 2: "dog"}, {1: "dog", 2: "cat"}, {2: "cluster-2"}, {}]
)
def test_name_that_is_clear_is_taken(given: dict[int, str]) -> None:
    """Two clusters named alike in one command are one class; names may be swapped, or taken away."""
    check_names(ANIMALS, given, {1: "cat"}, n_clusters=4)


def test_name_of_any_cluster_is_refused_where_there_is_none() -> None:
    """A discovery may find nothing."""
    with pytest.raises(NamingError, match="no cluster 0: none was found"):
        check_names(ANIMALS, {0: "dog"}, {}, n_clusters=0)


def test_names_for_unseen_clusters_are_refused() -> None:
    """A number read off an earlier discovery would name another cluster of a new one."""
    require_seen(ANIMALS, {}, is_new=True)
    require_seen(ANIMALS, {2: "dog"}, is_new=False)

    with pytest.raises(NamingError, match="2 may be numbers of an earlier discovery"):
        require_seen(ANIMALS, {2: "dog"}, is_new=True)


def test_names_are_given_beside_those_held(ledger: Ledger) -> None:
    """A later naming keeps what the earlier ones said of this discovery, and is written but once."""
    call(ledger, ANIMALS, FOUR, {2: "dog"}, **REASON)
    call(ledger, ANIMALS, FOUR, {1: "cat"}, **REASON)
    again = call(ledger, ANIMALS, FOUR, {1: "cat"}, **REASON)

    assert (again.number, again.names) == (2, {1: "cat", 2: "dog"})
    assert names_of(ledger, ANIMALS, FOUR) == {1: "cat", 2: "dog"}
    assert names_of(ledger, ANIMALS, FOUR | {"report": OTHER}) == {}


def test_name_is_taken_away_by_the_clusters_own_number(ledger: Ledger) -> None:
    """`cluster-2` is no name."""
    call(ledger, ANIMALS, FOUR, {2: "dog"}, **REASON)

    assert call(ledger, ANIMALS, FOUR, {2: "cluster-2"}, **REASON).names == {}


def test_name_of_another_cluster_of_the_discovery_is_refused(ledger: Ledger) -> None:
    """What is held is minded, and nothing is written."""
    call(ledger, ANIMALS, FOUR, {2: "dog"}, **REASON)

    with pytest.raises(NamingError, match="cluster 2 is called 'dog' already"):
        call(ledger, ANIMALS, FOUR, {1: "dog"}, **REASON)
    assert len(list_namings(ledger, ANIMALS.name)) == 1


def test_names_that_a_training_carried_are_kept(ledger: Ledger) -> None:
    """What an earlier discovery was called lives on in the report of a training, and in the next naming."""
    trained = FOUR | {"labels": {"from": "clusters", "names": {"0": "small", "1": "cat", "2": "cluster-2"}}}

    assert names_of(ledger, NAMED, trained) == {0: "small", 1: "cat"}
    assert call(ledger, NAMED, trained, {2: "dog"}, **REASON).names == {1: "cat", 2: "dog"}


def test_names_of_rules_are_those_of_the_report(ledger: Ledger) -> None:
    """The dataset file's rules name clusters, and a person may call one otherwise."""
    told = [{"cluster": 0, "label": "dog"}, {"cluster": 1, "label": None}]
    report = FOUR | {"labels": {"from": "rules", "clusters": told}}

    assert names_of(ledger, ANIMALS, report) == {0: "dog"}
    call(ledger, ANIMALS, report, {0: "hound"}, **REASON)
    assert names_of(ledger, ANIMALS, report) == {0: "hound"}
