"""The main job as a newcomer runs it: `herdbook up`, twice and on both datasets.

It is stopped while it tunes, while the service starts, and once all is ready.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from herdbook.generation import list_generations
from herdbook.ledger import open_ledger
from herdbook.snapshot import arrivals, list_snapshots
from tests.e2e.running_up import PATIENCE_S, UpPlace, UpRun, import_cpu_s, up_run
from tests.fixtures.small import write_herd, write_quick_dataset

pytestmark = pytest.mark.integration
FLOWERS = """sepal_length,sepal_width,petal_length,petal_width,species
5.1,3.5,1.4,0.2,setosa
6.5,3.0,5.8,2.2,virginica
"""
FIRST_IMPORTS, SECOND_IMPORTS = 8, 4
"""What an `up` may cost that searches among two members, and one that finds its model trained.

In units of importing what it stands on; `benchmarks/up` holds the bounds in CPU-seconds.
"""


@dataclass(frozen=True)
class Walk:
    """What one whole run of `up` showed."""

    place: UpPlace
    run: UpRun
    import_s: float
    found: dict[str, Any]
    answer: dict[str, Any]
    pages: dict[str, int]
    refused: subprocess.CompletedProcess[str]
    code: int


def walk(place: UpPlace, *arguments: str, number: signal.Signals = signal.SIGINT) -> Walk:
    """Bring all up, paste the curl line, open every URL, try a second `up`, and stop."""
    with up_run(place, *arguments) as run:
        found = run.wait_ready()
        import_s = import_cpu_s()
        answer = run.paste(found["curl"])
        pages = {name: httpx.get(url).status_code for name, url in found["urls"].items()}
        refused = place.run("up", *arguments)
        return Walk(place, run, import_s, found, answer, pages, refused, run.stop(number))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Walk the whole way once, from nothing."""
    folder = tmp_path_factory.mktemp("up")
    datasets = write_quick_dataset(folder, "animals")
    return walk(UpPlace(folder, str(folder / "ledger"), datasets=datasets))


@pytest.fixture(scope="module")
def second(first: Walk) -> Walk:
    """Walk it again on the same ledger, and stop with SIGTERM."""
    return walk(first.place, number=signal.SIGTERM)


def test_first_up_trains_and_serves_generation_1(first: Walk) -> None:
    """From nothing comes a model that answers, within the cost that was promised."""
    found = first.found

    assert (found["dataset"], found["is_new"], found["generation"]) == ("animals", True, 1)
    assert found["tag"] == found["model"]
    assert found["fits"] > 0
    assert found["cpu_s"] <= FIRST_IMPORTS * first.import_s


def test_curl_line_of_up_works_as_printed(first: Walk) -> None:
    """The pasted line answers with the model that serves."""
    assert first.answer["prediction"] == "dog"
    assert first.answer["model_used"] == first.found["model"]


def test_every_url_of_up_answers(first: Walk) -> None:
    """UI, docs, card, log, health and data service are where `up` says; what a person opens comes first."""
    assert set(first.pages.values()) == {200}
    assert next(iter(first.pages)) == "UI"
    assert "Data service" in first.pages


def test_every_process_of_up_has_a_log_that_is_named(first: Walk) -> None:
    """Each writes to a file of its own below the state folder."""
    logs = {name: Path(log) for name, log in first.found["logs"].items()}

    assert list(logs) == ["data service", "service", "UI"]
    assert all(log.is_file() and log.parent == first.place.folder / "state" / "logs" for log in logs.values())


def test_up_on_taken_ports_refuses_before_anything_starts(first: Walk) -> None:
    """The sentence names the port and where to choose another; nothing was ingested."""
    assert first.refused.returncode == 1
    assert first.refused.stdout == ""
    sentence = f"herdbook: port {first.place.ports[0]}, wanted for the service, is taken by another program"
    assert first.refused.stderr.startswith(sentence)


@pytest.mark.parametrize("walked", ["first", "second"])
def test_stopped_up_leaves_nothing_running(walked: str, request: pytest.FixtureRequest) -> None:
    """After Ctrl-C or SIGTERM no process is left and no port is taken."""
    run: UpRun = request.getfixturevalue(walked).run

    assert (run.left, run.taken_ports) == ([], [])
    assert len(run.processes) >= 4


def test_stopped_up_says_by_its_exit_code_what_stopped_it(first: Walk, second: Walk) -> None:
    """Ctrl-C is 130, SIGTERM is 143."""
    assert (first.code, second.code) == (130, 143)


def test_second_up_trains_nothing(first: Walk, second: Walk) -> None:
    """The recipe is known: the same model serves, the same snapshot arrived once more, at little cost."""
    ledger = open_ledger(first.place.ledger)
    (snapshot,) = list_snapshots(ledger, "animals")

    assert (second.found["is_new"], second.found["fits"]) == (False, 0)
    assert second.found["model"] == first.found["model"]
    assert second.found["cpu_s"] <= SECOND_IMPORTS * second.import_s
    assert len(arrivals(ledger, "animals", snapshot.id)) == 2
    assert len(list_generations(ledger, "animals")) == 1


def test_predictions_outlive_the_service(second: Walk) -> None:
    """After the stop, `history` finds in the ledger what was answered, sealed."""
    listed = second.place.run("history", "--json")

    ids = [row["id"] for row in json.loads(listed.stdout)["predictions"]]
    assert second.answer["id"] in ids
    assert not list((second.place.folder / "state" / "spool").rglob("*.log"))


def test_ctrl_c_while_the_service_starts_leaves_nothing(first: Walk, second: Walk) -> None:
    """BentoML loses a signal that arrives while it starts; it ends all the same."""
    with up_run(first.place) as run:
        run.wait_said("service: started")

        code = run.stop()

    assert (code, run.left, run.taken_ports) == (130, [], [])


def test_ctrl_c_during_tuning_publishes_nothing(tmp_path: Path) -> None:
    """A model is there wholly or not at all; the snapshot stays, as it was complete."""
    with up_run(UpPlace(tmp_path, str(tmp_path / "ledger")), "--dataset", "iris") as run:
        run.wait_said("tune and evaluate")

        code = run.stop()

    ledger = open_ledger(run.place.ledger)
    assert (code, run.left, run.taken_ports) == (130, [], [])
    assert [list(ledger.list(folder)) for folder in ("models/", "generations/", "reports/")] == [[], [], []]
    assert len(list_snapshots(ledger, "iris")) == 1


@pytest.fixture(scope="module")
def small_iris(tmp_path_factory: pytest.TempPathFactory) -> UpPlace:
    """Give a place whose iris is tuned with two members on two folds only."""
    folder = tmp_path_factory.mktemp("iris")
    return UpPlace(folder, str(folder / "ledger"), datasets=write_quick_dataset(folder, "iris"))


def test_iris_needs_no_data_service(small_iris: UpPlace) -> None:
    """Labelled flowers come with scikit-learn: the port of the data service stays free, and may be taken."""
    flowers = small_iris.folder / "flowers.csv"
    flowers.write_text(FLOWERS)

    with socket.create_server(("127.0.0.1", small_iris.ports[1])), up_run(small_iris, "--no-ui") as run:
        found = run.wait_ready()
        told = small_iris.run("predict", str(flowers), "--json")
        run.stop()

    labels = [each["label"] for each in json.loads(told.stdout)["predictions"]]
    assert (found["dataset"], found["is_new"]) == ("iris", True)
    assert not {"Data service", "UI"} & set(found["urls"])
    assert labels == ["setosa", "virginica"]
    assert run.left == []


def test_up_after_an_edit_of_the_features_names_the_promotion(tmp_path: Path) -> None:
    """A champion of other features cannot serve: no service starts, and a person is told what lets one."""
    place = UpPlace(tmp_path, str(tmp_path / "ledger"), datasets=write_quick_dataset(tmp_path, "animals"))
    herd = write_herd(tmp_path / "herd.parquet")
    assert place.run("ingest", str(herd)).returncode == 0
    trained = json.loads(place.run("train", "--json", timeout_s=PATIENCE_S).stdout)
    file = place.datasets / "animals.toml"
    file.write_text(file.read_text().replace("maximum = 20\n", "maximum = 21\n"))

    refused = place.run("up", "--source", str(herd), timeout_s=PATIENCE_S)

    said = refused.stderr.splitlines()[-1]
    new = said.partition("herdbook promote ")[2].split()[0]
    assert (refused.returncode, "service: started" in refused.stderr) == (1, False)
    assert f"{trained['tag']} was trained on other features" in said
    assert place.run("promote", new, "--why", "the new features").returncode == 0
    assert place.run("doctor").returncode == 0
