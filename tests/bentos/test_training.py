"""Trainings are processes of their own, and any worker tells how they are from their folders alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from bentos.training import start as starting
from bentos.training import stop as stopping
from bentos.training import stop_all
from bentos.training.folder import Folder, find_folder, list_folders
from bentos.training.process import keeper_of, session_of
from bentos.training.refusal import TrainingAbsentError, TrainingMissingError, TrainingRunsError
from bentos.training.start import KEPT, environment_of, job_of, start
from bentos.training.step import Said
from bentos.training.stop import stop
from bentos.training.watch import Watch
from cli.place import Place
from cli.work import Job
from herdbook.settings import Settings
from tests.bentos import errand
from tests.fixtures.load import wait_until
from tests.fixtures.models import dataset_named

pytestmark = pytest.mark.integration
IRIS = dataset_named("iris")
WANTED: dict[str, Any] = {
    "effort": "quick",
    "seed": errand.ANSWERS,
    "budget_cpu_s": None,
    "again": False,
    "ingest": True,
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Give a fresh state folder, where a process of the tests does the work of the command line."""
    monkeypatch.setattr(starting, "WORK", errand.__name__)
    settings = Settings(ledger=str(tmp_path / "ledger"), state=tmp_path / "state")
    yield settings
    stop_all(settings.state)


def begin(settings: Settings, seed: int) -> Folder:
    """Start a training that does what the seed says."""
    return start(settings, IRIS, WANTED | {"seed": seed})


def end(settings: Settings, folder: Folder) -> dict[str, Any]:
    """Wait until a training has ended, and give how."""
    wait_until(lambda: not folder.is_alive, timeout_s=30)
    return Watch(settings.state).one(folder.id)


def last(settings: Settings) -> tuple[Folder, list[psutil.Process]]:
    """Start a training that lasts, and give all of its processes."""
    folder = begin(settings, errand.LASTS)
    wait_until(lambda: len(list(session_of(folder))) == 3, timeout_s=30)
    return folder, list(session_of(folder))


def test_training_tells_its_steps_and_its_answer(settings: Settings) -> None:
    """Another worker reads all of it: what was wanted, how far it came, and what came out."""
    said = end(settings, begin(settings, errand.ANSWERS))

    assert (said["state"], said["error"], said["log"]) == ("done", None, "a library prints\n")
    assert said["wanted"] == WANTED
    assert said["answer"]["tag"] == "iris:3f2a9c01d4b7"
    (step,) = said["steps"]
    assert (step["done"], step["total"], step["note"], step["is_finished"]) == (
        20_000,
        20_000,
        "counted",
        True,
    )
    assert said["cpu_s"] > 0
    assert said["started_us"] < said["ended_us"]


def test_training_many_advances_make_few_lines(settings: Settings) -> None:
    """What is polled each second stays small, however often the training counts."""
    folder = begin(settings, errand.ANSWERS)
    end(settings, folder)

    assert folder.events.read_bytes().count(b"\n") < 200
    assert not Path(Watch(settings.state).one(folder.id)["answer"]["workdir"]).exists()


@pytest.mark.parametrize(
    ("seed", "state", "sentence"),
    [
        (errand.FAILS, "failed", "there is no snapshot; ingest first"),
        (errand.CRASHES, "failed", "ended with exit code 1 before it had an answer"),
        (errand.IS_KILLED, "lost", "goes on from its checkpoint"),
    ],
)
def test_training_without_an_answer_says_why(
    settings: Settings, seed: int, state: str, sentence: str
) -> None:
    """Its own sentence, or how its process ended."""
    said = end(settings, begin(settings, seed))

    assert (said["state"], said["answer"]) == (state, None)
    assert sentence in said["error"]
    assert ("RuntimeError: out of luck" in said["log"]) == (seed == errand.CRASHES)


def test_training_stopped_leaves_no_process(settings: Settings) -> None:
    """The training, what it started and what keeps it are gone; what it said stays."""
    folder, processes = last(settings)

    assert stop(folder)

    assert psutil.wait_procs(processes, timeout=60)[1] == []
    said = Watch(settings.state).one(folder.id)
    assert (said["state"], said["steps"][0]["is_finished"]) == ("stopped", False)
    assert not stop(folder)


@pytest.mark.parametrize("is_keeper_alone", [True, False])
def test_training_killed_is_lost(settings: Settings, is_keeper_alone: bool) -> None:
    """Whoever of its processes is killed: it says so, and the next one may start."""
    folder, processes = last(settings)
    keeper = keeper_of(folder)
    assert keeper is not None

    for process in [keeper] if is_keeper_alone else processes:
        process.send_signal(signal.SIGKILL)

    assert end(settings, folder)["state"] == "lost"
    assert end(settings, begin(settings, errand.ANSWERS))["state"] == "done"
    with suppress(psutil.NoSuchProcess):
        processes[-1].kill()


def test_training_whose_keeper_does_not_react_is_killed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of its session is found without it."""
    folder, processes = last(settings)
    keeper = keeper_of(folder)
    assert keeper is not None
    monkeypatch.setattr(stopping, "GRACE_S", 0.2)

    keeper.suspend()
    stop(folder)

    assert psutil.wait_procs(processes, timeout=60)[1] == []
    assert Watch(settings.state).one(folder.id)["state"] == "stopped"


def test_training_runs_alone(settings: Settings) -> None:
    """Of many that are started at once one runs, and the others are told which."""

    def try_to_begin(_: int) -> str:
        try:
            return begin(settings, errand.LASTS).id
        except TrainingRunsError as error:
            return f"refused: {error.id}"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(try_to_begin, range(8)))

    (folder,) = list_folders(settings.state)
    assert sorted(said) == sorted([folder.id] + [f"refused: {folder.id}"] * 7)
    assert stop_all(settings.state) == 1
    assert stop_all(settings.state) == 0


def test_training_folders_are_bounded(settings: Settings) -> None:
    """The newest stay, and what a killed worker left half-made goes."""
    home = settings.state / "trainings"
    (home / ".half.new").mkdir(parents=True)
    for _ in range(KEPT + 5):
        os.close(starting._make(home, IRIS, WANTED)[1])

    newest = end(settings, begin(settings, errand.ANSWERS))["id"]

    kept = [each["id"] for each in Watch(settings.state).all()]

    assert (len(kept), kept[0]) == (KEPT, newest)
    assert kept == sorted(kept, reverse=True)
    assert not (home / ".half.new").exists()


@pytest.mark.parametrize("id_", ["", "..", "../trainings", "01a201d4-f57a-73f7-b117-c22f93abce22"])
def test_training_unknown_is_told(settings: Settings, id_: str) -> None:
    """An id is never taken for a path."""
    assert find_folder(settings.state, id_) is None
    with pytest.raises(TrainingMissingError):
        Watch(settings.state).one(id_)


def test_training_room_absent_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service without the training room says what to run instead."""
    monkeypatch.setattr(starting, "ROOT", settings.state)

    with pytest.raises(TrainingAbsentError, match="run `herdbook train`"):
        begin(settings, errand.ANSWERS)


def test_training_job_and_environment_are_those_of_the_command_line(settings: Settings) -> None:
    """The service runs what `herdbook train` runs."""
    job = Job(**job_of(Folder(settings.state / "trainings" / "x"), IRIS, WANTED))
    ours, theirs = environment_of(settings, IRIS), Place(settings, IRIS).environment()

    assert (job.dataset, job.ingests, job.effort, job.trusts_recipe) == ("iris", True, "quick", False)
    other = {name for name in ours | theirs if ours.get(name) != theirs.get(name)}
    assert {name for name in other if not name.endswith(("PORT", "HOST", "HOSTS"))} <= starting.OF_THE_WORKER


def test_said_reads_on_and_lets_half_a_line_wait(tmp_path: Path) -> None:
    """Each look reads what is new, and no event is lost where a line is still being written."""
    said = Said(tmp_path / "events.jsonl")
    lines = b'{"at_us":1,"event":"start","step":"a","total":2}\n{"at_us":2,"event":"advance","units":1}\n'
    for place in range(len(lines)):
        with said.path.open("ab") as file:
            file.write(lines[place : place + 1])
        said.read_on()

    assert [(step.step, step.done, step.total) for step in said.steps] == [("a", 1, 2)]


def test_log_tail_is_bounded(tmp_path: Path) -> None:
    """A log of any size gives its last whole lines, at most 8 KiB."""
    folder = Folder(tmp_path)
    folder.log.write_text("".join(f"line {nth}\n" for nth in range(100_000)))

    tail = folder.log_tail()

    assert len(tail) <= 8 * 1024
    assert tail.startswith("line ")
    assert tail.endswith("line 99999\n")
