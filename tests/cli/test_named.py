"""Names of clusters as a person types them."""

from __future__ import annotations

import click
import pytest

from cli.named import parse_names

CONTEXT, OPTION = click.Context(click.Command("discover")), click.Option(["--name"])


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
