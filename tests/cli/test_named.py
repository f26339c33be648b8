"""Names of clusters as a person types them."""

from __future__ import annotations

import click
import pytest

from cli.named import check_names, parse_names, require_seen
from herdbook.dataset import Dataset
from herdbook.errors import NamingError
from tests.fixtures.herd import ANIMALS

CONTEXT, OPTION = click.Context(click.Command("discover")), click.Option(["--name"])
NAMED = Dataset.model_validate(
    ANIMALS.declaration() | {"labels": {"from": "clusters", "names": {"0": "small"}}}
)


def test_names_are_read_by_number() -> None:
    """Each is a number and a name, which may hold blanks and equal signs."""
    assert parse_names(CONTEXT, OPTION, ("2=dog", "0 = big = cat")) == {2: "dog", 0: "big = cat"}


@pytest.mark.parametrize("given", ["dog", "dog=2", "=dog", "2=", "2= ", "-1=dog", "1.5=dog", "2=\udcff"])
def test_what_names_nothing_is_wrong_usage(given: str) -> None:
    """The sentence shows what was typed and how it should look."""
    with pytest.raises(click.BadParameter, match=r"2=dog|UTF-8"):
        parse_names(CONTEXT, OPTION, (given,))


def test_cluster_named_twice_is_wrong_usage() -> None:
    """One cluster has one name."""
    with pytest.raises(click.BadParameter, match="cluster 2 is named twice"):
        parse_names(CONTEXT, OPTION, ("2=dog", "2=cat"))


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
