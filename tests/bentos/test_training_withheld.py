"""What a training prints and why it failed may name files of the machine: not everyone is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bentos.training.folder import Folder
from bentos.training.shape import TrainingShape
from tests.bentos.world import World, ask

SENTENCE = "the file /home/ada/secret.csv is missing"
ID = "01a201d4-f57a-73f7-b117-c22f93abce22"
WANTED = {"effort": "quick", "seed": None, "budget_cpu_s": None, "again": False, "ingest": True}


@pytest.fixture
def failed(world: World) -> World:
    """Leave the folder of a training that failed."""
    folder = Folder(world.settings.state / "trainings" / ID)
    folder.path.mkdir(parents=True)
    folder.write("request", {"started_us": 1, "dataset": "iris", "wanted": WANTED})
    folder.write("ended", {"code": 1, "was_asked": False, "cpu_s": 1.0, "ended_us": 2})
    folder.log.write_text(f"Traceback of {Path.home()}")
    folder.events.write_text(json.dumps({"at_us": 1, "event": "fail", "sentence": SENTENCE}) + "\n")
    return world


def told(world: World, steering: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask for the training alone and in the list."""
    hall = world.hall(steering=steering)
    (listed,) = ask(hall, "GET", "/trainings").json()["trainings"]
    return ask(hall, "GET", f"/trainings/{ID}").json(), listed


def test_training_log_and_failure_are_told_where_steering_is_allowed(failed: World) -> None:
    """Who starts a training must be able to see why it failed."""
    alone, listed = told(failed, "on")

    assert (alone["error"], listed["error"]) == (SENTENCE, SENTENCE)
    assert alone["log"].startswith("Traceback")


def test_training_log_and_failure_are_withheld_elsewhere(failed: World) -> None:
    """Any other reader sees that it failed, and where to learn more."""
    alone, listed = told(failed, "off")

    assert TrainingShape.model_validate(alone).log == ""
    assert "secret" not in json.dumps([alone, listed])
    assert "who may steer the service is told why" in alone["error"]
    assert (alone["state"], listed["state"]) == ("failed", "failed")
