"""A training runs where the person is who started the service, so that relative sources are theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bentos.training import start as starting
from bentos.training import stop_all
from bentos.training.process import session_of
from bentos.training.start import start
from cli.place import Place
from herdbook.settings import FOLDER, Settings
from tests.bentos import errand
from tests.fixtures.load import wait_until
from tests.fixtures.models import dataset_named

IRIS = dataset_named("iris")
LASTS = {"effort": "quick", "seed": errand.LASTS, "budget_cpu_s": None, "again": False, "ingest": True}


@pytest.mark.integration
def test_training_runs_in_the_folder_that_was_handed_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the worker runs, and whatever the paths of its settings are relative to."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(starting, "WORK", errand.__name__)
    monkeypatch.setenv(FOLDER, str(theirs))
    settings = Settings(ledger="ledger", state=Path("state"))
    folder = start(settings, IRIS, LASTS)
    try:
        wait_until(lambda: len(list(session_of(folder))) == 3, timeout_s=30)

        assert {process.cwd() for process in session_of(folder)} == {str(theirs)}
    finally:
        stop_all(settings.state)


def test_command_hands_down_the_folder_that_it_runs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service itself runs in the clone."""
    monkeypatch.chdir(tmp_path)

    assert Place(Settings(), IRIS).environment()[FOLDER] == str(tmp_path)
