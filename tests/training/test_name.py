"""Names carried from one discovery to another, on real snapshots of animals."""

from __future__ import annotations

import pytest

from herdbook.dataset import Dataset
from herdbook.discovery import keep_discovery
from herdbook.errors import DiscoveryError
from herdbook.ledger import Ledger
from herdbook.naming import Naming, bind_naming, write_naming
from tests.fixtures.discoveries import check_animals, find_groups, kinds_of
from tests.fixtures.herd import ANIMALS
from training.change import Named, list_changes
from training.name import Found, carry_names, carry_naming, match_earlier, names_for


def by_clusters(**names: str) -> Dataset:
    """Give the animals with clusters for labels."""
    labels = {"from": "clusters", "names": {number[1:]: name for number, name in names.items()}}
    return Dataset.model_validate(ANIMALS.declaration() | {"labels": labels})


@pytest.fixture
def naming(ledger: Ledger) -> Naming:
    """Name all groups of a first snapshot by their true kinds."""
    checked = check_animals(ledger, seed=0)
    discovery = find_groups(checked.frame)
    report = keep_discovery(ledger, ANIMALS, discovery.report, discovery.clusters)
    return write_naming(ledger, "animals", report, kinds_of(checked, discovery), who="ada", why="seen")


def test_names_follow_their_members_to_a_new_kind(ledger: Ledger, naming: Naming) -> None:
    """Of other animals every known kind keeps its name, and the ostriches, never seen before, get none."""
    checked = check_animals(ledger, seed=5, scenario="new_kind")
    discovery = find_groups(checked.frame)
    found = Found(checked.frame, discovery.assignment.cluster, discovery.clusters.n_clusters)

    carried = carry_naming(ANIMALS, ledger, naming, found)

    kinds = kinds_of(checked, discovery)
    assert sorted(kinds.values()) == ["chicken", "dog", "elephant", "kangaroo", "ostrich"]
    assert carried == {number: kind for number, kind in kinds.items() if kind != "ostrich"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_follow_to_other_animals_of_the_same_kinds(ledger: Ledger, naming: Naming, seed: int) -> None:
    """Whatever order the clusters of another snapshot come in, each has its name."""
    checked = check_animals(ledger, seed=seed)
    discovery = find_groups(checked.frame)

    names = names_for(
        by_clusters(), ledger, discovery, checked.frame, naming=bind_naming(ledger, by_clusters())
    )

    assert names == kinds_of(checked, discovery)


def test_names_for_a_training_let_the_dataset_file_win(ledger: Ledger, naming: Naming) -> None:
    """The file's names first, then those carried, then numbers; a name stands once."""
    checked = check_animals(ledger, seed=5, scenario="new_kind")
    discovery = find_groups(checked.frame)
    kinds = kinds_of(checked, discovery)
    dog, ostrich = (next(n for n, kind in kinds.items() if kind == one) for one in ("dog", "ostrich"))
    dataset = by_clusters(**{f"n{dog}": "hound", f"n{(dog + 1) % 5}": "elephant"})

    names = names_for(dataset, ledger, discovery, checked.frame, naming=naming.hash)

    assert names is not None
    assert names[dog] == "hound"
    assert sorted(names.values()).count("elephant") == 1
    if (dog + 1) % 5 != ostrich:
        assert names[ostrich] == f"cluster-{ostrich}"


def test_names_without_a_naming_are_numbers(ledger: Ledger) -> None:
    """Unnamed clusters may be trained on as such; where rules name them there is nothing to carry."""
    checked = check_animals(ledger, seed=0)
    discovery = find_groups(checked.frame)

    names = names_for(by_clusters(), ledger, discovery, checked.frame, naming=None)

    assert names == {number: f"cluster-{number}" for number in range(4)}
    assert names_for(ANIMALS, ledger, discovery, checked.frame, naming=None) is None


def test_names_of_other_features_are_not_carried(ledger: Ledger, naming: Naming) -> None:
    """A naming whose clusters read other columns is refused, not guessed."""
    checked = check_animals(ledger, seed=1)
    features = ANIMALS.declaration()["features"][:4]
    fewer = Dataset.model_validate(
        ANIMALS.declaration() | {"features": features, "labels": {"from": "clusters"}}
    )
    discovery = find_groups(checked.frame[:, :4], fewer)

    with pytest.raises(DiscoveryError, match="others than those of the earlier"):
        names_for(fewer, ledger, discovery, checked.frame[:, :4], naming=naming.hash)


def test_changes_say_what_came_went_and_is_called_otherwise(ledger: Ledger) -> None:
    """Each cluster stands once, with its sizes then and now; looked at backwards, what is new is gone."""
    checks = [check_animals(ledger, seed=0), check_animals(ledger, seed=5, scenario="new_kind")]
    first, second = (find_groups(checked.frame) for checked in checks)
    names = kinds_of(checks[0], first)
    matching = match_earlier(
        first.clusters, Found(checks[1].frame, second.assignment.cluster, second.clusters.n_clusters)
    )
    carried = carry_names(names, matching)
    now = {number: "hound" if name == "dog" else name for number, name in carried.items()}

    changes = list_changes(Named(first.report, names), Named(second.report, now), matching)

    said = {one["after"]["name"]: one for one in changes["clusters"]}
    assert [one["change"] for one in changes["clusters"]].count("kept") == 3
    assert (said["hound"]["change"], said["hound"]["before"]["name"]) == ("renamed", "dog")
    assert changes["says"] == "3 kept, 1 renamed, 1 new"
    (new,) = (one for one in changes["clusters"] if one["change"] == "new")
    assert (new["before"], new["overlap"]) == (None, None)
    before = said["hound"]["before"]
    assert before["n_records"] == first.report["clusters"][before["cluster"]]["n_records"]


def test_changes_name_what_is_gone(ledger: Ledger) -> None:
    """A kind that is there no more is listed with its old size."""
    checks = [check_animals(ledger, seed=5, scenario="new_kind"), check_animals(ledger, seed=0)]
    first, second = (find_groups(checked.frame) for checked in checks)
    found = Found(checks[1].frame, second.assignment.cluster, second.clusters.n_clusters)
    kinds = [kinds_of(*both) for both in zip(checks, (first, second), strict=True)]

    changes = list_changes(
        Named(first.report, kinds[0]), Named(second.report, kinds[1]), match_earlier(first.clusters, found)
    )

    gone = changes["clusters"][-1]
    assert (gone["change"], gone["before"]["name"], gone["after"]) == ("gone", "ostrich", None)
    assert changes["says"] == "4 kept, 1 gone"
