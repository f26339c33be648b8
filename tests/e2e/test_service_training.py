"""A training that the service starts goes on whatever becomes of the service, and ends or is stopped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bentos.shape import ProblemShape
from bentos.training import stop_all
from bentos.training.folder import find_folder
from bentos.training.process import session_of
from bentos.training.shape import TrainingShape, TrainingsShape
from tests.fixtures.models import Models
from tests.fixtures.service import Book, Service
from tests.fixtures.small import write_quick_dataset

pytestmark = pytest.mark.integration
PATIENCE_S = 600.0
"""A training goes last on a busy machine."""


@pytest.fixture
def environment(book: Book, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a service whose dataset is trained on in seconds."""
    datasets = write_quick_dataset(tmp_path, "iris", members=("k_nearest_neighbors",))
    environment = book.environment | {"HERDBOOK_DATASETS": str(datasets)}
    yield environment
    stop_all(Path(environment["HERDBOOK_STATE"]))


@pytest.fixture
def trained_environment(environment: dict[str, str], trained: Models, tmp_path: Path) -> dict[str, str]:
    """Give the same with a ledger of its own whose champion was trained, on a snapshot that is there."""
    assert trained.iris.generation is not None
    ledger = shutil.copytree(trained.ledger_url, tmp_path / "trained")
    write_quick_dataset(tmp_path, "iris")
    return environment | {"HERDBOOK_LEDGER": str(ledger)}


def begin(service: Service, **wanted: Any) -> TrainingShape:
    """Start a training through the API."""
    said = httpx.post(f"{service.url}/trainings", json={"ingest": True, **wanted}, timeout=60)
    assert said.status_code == httpx.codes.ACCEPTED, said.text
    return TrainingShape.model_validate(said.json())


def look(service: Service, id_: str) -> TrainingShape:
    """Ask how a training is."""
    return TrainingShape.model_validate(httpx.get(f"{service.url}/trainings/{id_}", timeout=60).json())


def wait_for(service: Service, id_: str, condition: Callable[[TrainingShape], bool]) -> TrainingShape:
    """Poll as a page does until something holds of a training."""
    until = time.monotonic() + PATIENCE_S
    while not condition(said := look(service, id_)):
        assert time.monotonic() < until, said
        time.sleep(0.2)
    return said


def test_training_outlives_the_service_and_its_model_is_there(
    trained_environment: dict[str, str], running_service: Callable[..., Service]
) -> None:
    """The service is killed with -9 during a training; the next one tells of it, to its end."""
    first = running_service(trained_environment)
    begun = begin(first, seed=1, ingest=False)
    first.kill()

    service = running_service(trained_environment)
    said = wait_for(service, begun.id, lambda one: one.state != "running")

    assert (said.state, said.error) == ("done", None)
    assert said.answer is not None
    assert said.answer["comparison"] is not None
    assert all(step.is_finished for step in said.steps)
    tags = {each["tag"] for each in httpx.get(f"{service.url}/models", timeout=60).json()["models"]}
    assert said.answer["tag"] in tags
    listed = TrainingsShape.model_validate(httpx.get(f"{service.url}/trainings", timeout=60).json())
    assert [each.id for each in listed.trainings] == [begun.id]


def test_training_is_stopped_and_another_may_start(
    environment: dict[str, str], running_service: Callable[..., Service]
) -> None:
    """One runs at a time; once it is stopped nothing of it is left, and the next one begins."""
    service = running_service(environment)
    begun = begin(service)
    refused = httpx.post(f"{service.url}/trainings", json={}, timeout=60)
    wait_for(service, begun.id, lambda one: len(one.steps) > 0)
    folder = find_folder(Path(environment["HERDBOOK_STATE"]), begun.id)
    assert folder is not None
    processes = list(session_of(folder))

    said = httpx.post(f"{service.url}/trainings/{begun.id}/stop", json={}, timeout=60)

    assert (refused.status_code, ProblemShape.model_validate(refused.json()).kind) == (
        409,
        "TrainingRunsError",
    )
    assert begun.id in refused.json()["error"]
    assert TrainingShape.model_validate(said.json()).state == "stopped"
    assert len(processes) >= 2
    assert psutil.wait_procs(processes, timeout=60)[1] == []
    assert begin(service).id != begun.id


def test_training_that_cannot_be_is_told(
    environment: dict[str, str], running_service: Callable[..., Service]
) -> None:
    """What is wrong with the wish is said at once, and what only the training finds is its error."""
    service = running_service(environment)

    wrong = httpx.post(f"{service.url}/trainings", json={"effort": "heroic", "seed": -1}, timeout=60)
    missing = httpx.get(f"{service.url}/trainings/nothing", timeout=60)
    failed = wait_for(service, begin(service, ingest=False).id, lambda one: one.state != "running")

    faults = {fault.field for fault in ProblemShape.model_validate(wrong.json()).faults}
    assert (wrong.status_code, faults) == (422, {"effort", "seed"})
    assert (missing.status_code, missing.json()["kind"]) == (404, "TrainingMissingError")
    assert failed.state == "failed"
    assert "ingest" in (failed.error or "")
