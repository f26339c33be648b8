"""Names of clusters: a numbered sequence, bound to reports."""

from __future__ import annotations

import pytest

from herdbook import document, keys
from herdbook.dataset import Dataset
from herdbook.errors import KeyTakenError, NamingError
from herdbook.ledger import Ledger
from herdbook.naming import bind_naming, current_naming, find_naming, list_namings, write_naming
from tests.fixtures.herd import ANIMALS

FIRST, SECOND = "1" * 64, "2" * 64
BY_CLUSTERS = Dataset.model_validate(ANIMALS.declaration() | {"labels": {"from": "clusters"}})


def test_naming_comes_back_with_its_reason(any_ledger: Ledger) -> None:
    """Who called what how, when and why, in order; the highest holds, of all or of one report."""
    write_naming(any_ledger, "animals", FIRST, {2: "dog"}, who="ada", why="it barks")
    write_naming(any_ledger, "animals", SECOND, {0: "dog", 10: "cat"}, who="bob", why="seen")

    first, second = list_namings(any_ledger, "animals")

    assert (first.number, first.report, first.names) == (1, FIRST, {2: "dog"})
    assert (first.who, first.why, first.time_us > 0) == ("ada", "it barks", True)
    assert current_naming(any_ledger, "animals") == second
    assert current_naming(any_ledger, "animals", report=FIRST) == first
    assert second.names == {0: "dog", 10: "cat"}


def test_naming_is_none_before_the_first(ledger: Ledger) -> None:
    """Nobody has named anything yet."""
    assert current_naming(ledger, "animals") is None
    assert bind_naming(ledger, BY_CLUSTERS) is None


def test_naming_is_never_overwritten(ledger: Ledger) -> None:
    """A second writer of the same number is told, and the first one's names stay."""
    write_naming(ledger, "animals", FIRST, {2: "dog"}, who="ada", why="")
    body = document.encode({"format": 1, "report": FIRST, "names": {}, "who": "", "why": "", "time_us": 1})

    with pytest.raises(KeyTakenError):
        ledger.create(keys.naming("animals", 1), body)

    assert [naming.names for naming in list_namings(ledger, "animals")] == [{2: "dog"}]


def test_naming_hash_minds_what_changes_a_training(ledger: Ledger) -> None:
    """Report and names decide, not who wrote them; by its hash a naming is found again."""
    one, again, other = (
        write_naming(ledger, "animals", FIRST, {2: name}, who=who, why="")
        for name, who in (("dog", "ada"), ("dog", "bob"), ("cat", "ada"))
    )

    assert one.hash == again.hash != other.hash
    assert find_naming(ledger, "animals", one.hash).names == {2: "dog"}
    with pytest.raises(NamingError, match="no naming has the hash"):
        find_naming(ledger, "animals", SECOND)


def test_naming_binds_only_where_clusters_are_labels(ledger: Ledger) -> None:
    """Where rules or a column give the labels, names of persons change no training."""
    naming = write_naming(ledger, "animals", FIRST, {2: "dog"}, who="ada", why="")

    assert bind_naming(ledger, BY_CLUSTERS) == naming.hash
    assert bind_naming(ledger, ANIMALS) is None
