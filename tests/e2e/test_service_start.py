"""`bentoml serve` ends at once, with one sentence, where it could never answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.fixtures.service import READY_S, Book, Service, environment_of, with_new_schema

pytestmark = pytest.mark.integration


def stopped(running_service: Callable[..., Service], environment: Mapping[str, str]) -> str:
    """Start a service that must end by itself, and give the only line that it says."""
    service = running_service(environment, wait=False)
    assert service.process is not None
    assert service.process.wait(timeout=READY_S) == 1
    (sentence,) = service.output.strip().splitlines()
    return sentence


def test_serve_without_a_model_says_one_sentence(
    tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """Where nothing was trained, it says what to run."""
    sentence = stopped(running_service, environment_of(tmp_path, str(tmp_path / "ledger")))

    assert "herdbook up --dataset iris" in sentence


def test_serve_model_of_another_schema_says_one_sentence(
    book: Book, tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """Once the dataset file has other features than its champion, it says so and how to go on."""
    changed = {"HERDBOOK_DATASETS": str(with_new_schema(tmp_path))}

    sentence = stopped(running_service, book.environment | changed)

    assert sentence.startswith(f"herdbook: model {book.tags[0]} was trained on the feature schema")
    assert "herdbook promote" in sentence


def test_serve_pin_of_another_dataset_says_one_sentence(
    book: Book, running_service: Callable[..., Service]
) -> None:
    """A pinned model of a dataset that is not the served one is no reason to wait."""
    foreign = {"HERDBOOK_DATASET": "animals", "HERDBOOK_MODEL": book.tags[0]}

    sentence = stopped(running_service, book.environment | foreign)

    assert "belongs to dataset 'iris', not to 'animals'" in sentence


def test_serve_without_a_spool_says_one_sentence(
    book: Book, tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """Where nothing can be logged nothing may be answered: the sentence names the folder."""
    state = tmp_path / "state"
    state.mkdir()
    (state / "spool").write_text("in the way")

    sentence = stopped(running_service, book.environment)

    assert f"prediction log {state / 'spool' / 'iris'}: it cannot be written" in sentence
