"""Services of several datasets may share a state folder, and each has the trainings of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bentos.training import start as starting
from bentos.training import stop_all
from bentos.training.folder import Folder, list_folders
from bentos.training.refusal import TrainingMissingError, TrainingRunsError
from bentos.training.start import start
from bentos.training.watch import Watch
from herdbook.settings import Settings
from tests.bentos import errand
from tests.bentos.world import World, ask
from tests.fixtures.models import dataset_named

pytestmark = pytest.mark.integration
LASTS: dict[str, Any] = {
    "effort": "quick",
    "seed": errand.LASTS,
    "budget_cpu_s": None,
    "again": False,
    "ingest": True,
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Give a state folder of a test's own, where a process of the tests does the work."""
    monkeypatch.setattr(starting, "WORK", errand.__name__)
    settings = Settings(ledger=str(tmp_path / "ledger"), state=tmp_path / "state")
    yield settings
    stop_all(settings.state)


@pytest.fixture
def animals(settings: Settings) -> Folder:
    """Start a training of the animals that lasts."""
    return start(settings, dataset_named("animals"), LASTS)


def test_training_of_another_dataset_is_not_told(settings: Settings, animals: Folder) -> None:
    """Neither in the list nor by its id."""
    assert [each["id"] for each in Watch(settings.state, "animals").all()] == [animals.id]
    assert Watch(settings.state, "iris").all() == []
    with pytest.raises(TrainingMissingError):
        Watch(settings.state, "iris").one(animals.id)


def test_training_of_another_dataset_is_not_stopped(settings: Settings, animals: Folder) -> None:
    """Who ends what serves iris leaves the animals alone."""
    assert stop_all(settings.state, "iris") == 0
    assert animals.is_alive
    assert stop_all(settings.state, "animals") == 1


def test_training_of_another_dataset_is_named_where_it_is_in_the_way(
    settings: Settings, animals: Folder
) -> None:
    """There is one at a time for a state folder; which service can stop it is said."""
    with pytest.raises(TrainingRunsError, match="at the service of dataset animals"):
        start(settings, dataset_named("iris"), LASTS)

    assert [folder.id for folder in list_folders(settings.state)] == [animals.id]


def test_service_knows_the_trainings_of_its_dataset_only(
    settings: Settings, animals: Folder, world: World
) -> None:
    """Its routes list, show and stop no others."""
    hall = world.hall(state=settings.state)

    assert ask(hall, "GET", "/trainings").json() == {"trainings": []}
    assert ask(hall, "GET", f"/trainings/{animals.id}").status_code == 404
    assert ask(hall, "POST", f"/trainings/{animals.id}/stop", json={}).status_code == 404
    assert animals.is_alive
