"""What a service serves is decided from what there is, or a sentence says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bentos.choice import Choice, choose, stop_with
from bentos.store import find, keep
from herdbook.errors import (
    DatasetError,
    HerdbookError,
    ModelMissingError,
    PackageError,
    SchemaMismatchError,
)
from herdbook.settings import Settings
from tests.fixtures.service import ROOT, Book, Packages, with_new_schema

AWAY = "s3://bucket/prefix?endpoint=http://127.0.0.1:9"


def choice_of(**given: Any) -> Choice:
    """Choose as a service of this checkout does."""
    return choose(Settings(**({"datasets": ROOT / "datasets"} | given)), ROOT)


def test_choice_only_dataset_with_a_model(model_store: Path, book: Book) -> None:
    """Of several datasets without a name, the one that has a model is served, and its model is at hand."""
    choice = choice_of(ledger=book.ledger.url)

    assert (choice.dataset.name, choice.tag, choice.baked) == ("iris", book.tags[0], None)
    assert find(book.tags[0]) is not None


def test_choice_pin_names_dataset_and_model(model_store: Path, book: Book) -> None:
    """A pinned model says which dataset it belongs to."""
    choice = choice_of(ledger=book.ledger.url, model=book.tags[1])

    assert (choice.dataset.name, choice.tag) == ("iris", book.tags[1])


def test_choice_knows_which_model_needs_scikit_learn(model_store: Path, book: Book) -> None:
    """The image of a Bento is chosen by it: a graph answers for the first model, and for the other none."""
    assert [choice_of(ledger=book.ledger.url, model=tag).has_graph for tag in book.tags] == [True, False]


def test_choice_empty_pin_is_none(model_store: Path, book: Book) -> None:
    """A variable that is set to nothing pins nothing."""
    assert choice_of(ledger=book.ledger.url, model="").tag == book.tags[0]


def test_choice_model_of_another_schema_is_refused(model_store: Path, book: Book, tmp_path: Path) -> None:
    """A champion that cannot read the dataset's records stops the start, with the model and the cure."""
    with pytest.raises(SchemaMismatchError, match=f"{book.tags[0]} was trained .* `herdbook promote"):
        choice_of(ledger=book.ledger.url, datasets=with_new_schema(tmp_path))


def test_choice_pin_of_another_dataset_is_refused(model_store: Path, book: Book) -> None:
    """A pinned model must belong to the dataset that is named."""
    with pytest.raises(PackageError, match="belongs to dataset 'iris', not to 'animals'"):
        choice_of(ledger=book.ledger.url, dataset="animals", model=book.tags[0])


def test_choice_foreign_model_is_refused_without_the_store(
    model_store: Path, book: Book, two_packages: Packages
) -> None:
    """What is kept on this machine is looked at as closely as what the ledger sends."""
    keep(*two_packages[0])

    with pytest.raises(PackageError, match="belongs to dataset 'iris'"):
        choice_of(ledger=AWAY, dataset="animals", model=book.tags[0])


@pytest.mark.parametrize(
    ("dataset", "cure"), [(None, "herdbook up"), ("animals", "herdbook up --dataset animals")]
)
def test_choice_without_a_model_says_what_to_run(
    model_store: Path, tmp_path: Path, dataset: str | None, cure: str
) -> None:
    """Where nothing was trained, the sentence names the command that does."""
    with pytest.raises(ModelMissingError, match=cure):
        choice_of(ledger=str(tmp_path / "empty"), dataset=dataset)


def test_choice_without_the_store_goes_on(model_store: Path, tmp_path: Path) -> None:
    """A service that starts while the store is away starts, and is ready once it is back."""
    choice = choice_of(ledger=AWAY, dataset="iris")

    assert (choice.dataset.name, choice.tag) == ("iris", None)


def test_choice_without_the_store_and_a_name_asks_for_one(model_store: Path) -> None:
    """Which of several datasets has a model cannot be seen then."""
    with pytest.raises(DatasetError, match="HERDBOOK_DATASET"):
        choice_of(ledger=AWAY)


def test_stop_is_one_sentence() -> None:
    """Whoever starts the service reads one line."""
    stopped = stop_with(HerdbookError("no model"))

    assert stopped.code == "herdbook: no model"
