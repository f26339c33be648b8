"""Single commands on a small ledger: ingest, discover, models, promote, rollback, history, doctor."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.bring import require_servable
from cli.main import run
from cli.place import open_place
from herdbook.errors import ModelMissingError
from herdbook.ledger import open_ledger
from herdbook.registry import publish
from herdbook.settings import Settings
from tests.cli.conftest import free_port
from tests.fixtures.models import build_small_package, dataset_named
from tests.fixtures.small import write_quick_dataset

Said = pytest.CaptureFixture[str]


def answer(said: Said, *arguments: str) -> Any:
    """Run a command with --json and return what it answers."""
    assert run([*arguments, "--json"]) == 0, said.readouterr().err
    return json.loads(said.readouterr().out)


@pytest.fixture
def edit_features(place: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what widens the bounds of the features of iris, in a file of the test's own."""

    def edit() -> None:
        file = write_quick_dataset(place, "iris") / "iris.toml"
        file.write_text(file.read_text().replace("maximum = 10", "maximum = 11"))
        monkeypatch.setenv("HERDBOOK_DATASETS", str(file.parent))

    return edit


@pytest.fixture
def tags(place: Path) -> list[str]:
    """Publish two small iris models."""
    ledger = open_ledger(str(place / "ledger"))
    for voting in ("soft", "hard"):
        build_small_package(place / voting, dataset_named("iris"), voting=voting)
    return [publish(ledger, place / voting) for voting in ("soft", "hard")]


def test_ingest_twice_is_one_snapshot_with_two_arrivals(place: Path, capsys: Said) -> None:
    """The same records again are the same snapshot."""
    first, second = (answer(capsys, "ingest", "-d", "iris") for _ in range(2))

    assert (first["rows"], first["arrivals"], second["arrivals"]) == (150, 1, 2)
    assert first["snapshot"] == second["snapshot"]


def test_ingest_of_a_csv_file_takes_its_rows(place: Path, capsys: Said) -> None:
    """A path is a source."""
    (place / "f.csv").write_text("sepal_length,species\n5.1,setosa\n")

    assert answer(capsys, "ingest", str(place / "f.csv"), "-d", "iris")["columns"] == [
        "sepal_length",
        "species",
    ]


def test_discover_keeps_a_report_in_the_ledger(place: Path, capsys: Said) -> None:
    """The groups are answered, and the report is found under the name that it says."""
    answer(capsys, "ingest", "-d", "iris")

    report = answer(capsys, "discover", "-d", "iris")

    ledger = open_ledger(str(place / "ledger"))
    assert len(report["clusters"]) == report["n_clusters"] > 0
    assert any(report["report"] in entry.key for entry in ledger.list("reports/iris/discovery/"))


def test_promote_and_rollback_write_generations_with_their_reasons(tags: list[str], capsys: Said) -> None:
    """Who served, why and by whose word is all in the list of models."""
    answer(capsys, "promote", tags[0], "--why", "first")
    answer(capsys, "promote", tags[1], "--why", "better", "--who", "ada")
    answer(capsys, "rollback", "--why", "worse")

    listed = answer(capsys, "models")

    assert listed["champion"] == tags[0]
    assert [each["champion"] for each in listed["generations"]] == [tags[0], tags[1], tags[0]]
    assert [each["why"] for each in listed["generations"]] == ["first", "better", "worse"]
    assert listed["generations"][1]["who"] == "ada"


def test_promote_of_the_champion_writes_nothing(tags: list[str], capsys: Said) -> None:
    """Promoting who serves already is no new generation."""
    answer(capsys, "promote", tags[0], "--why", "first")

    assert answer(capsys, "promote", tags[0], "--why", "again")["is_new"] is False


def test_models_marks_the_champion_for_a_person(tags: list[str], capsys: Said) -> None:
    """The list shows every model and who serves."""
    answer(capsys, "promote", tags[1], "--why", "first")

    assert run(["models", "-d", "iris"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if tags[1] in line] == ["●", "1"]


def test_models_says_what_computes_the_answers(tags: list[str], capsys: Said) -> None:
    """A model without a graph answers by scikit-learn."""
    assert run(["models", "-d", "iris"]) == 0
    assert capsys.readouterr().out.count("scikit-learn") == len(tags)

    listed = answer(capsys, "models", "-d", "iris")["models"]
    assert [model["compiled"] for model in listed] == [None, None]


def test_history_of_an_empty_log_is_an_empty_page(place: Path, capsys: Said) -> None:
    """Without predictions there is nothing, and no error."""
    assert answer(capsys, "history", "-d", "iris") == {"predictions": [], "next": None}


def test_predict_without_a_service_says_how_to_start_one(place: Path, capsys: Said) -> None:
    """A service that is away is a sentence with its cure."""
    assert run(["predict", "-d", "iris", '{"sepal_length": 1}']) == 1
    assert "start it with `herdbook serve`" in capsys.readouterr().err


def test_doctor_finds_nothing_wrong_with_a_new_place(place: Path, capsys: Said) -> None:
    """A fresh clone is well: only the model is missing, which is a note."""
    findings = {each["name"]: each["state"] for each in answer(capsys, "doctor", "-d", "iris")}

    assert findings.pop("model") == "note"
    assert set(findings.values()) == {"ok"}


def test_doctor_fetches_and_verifies_the_champion(tags: list[str], place: Path, capsys: Said) -> None:
    """A champion that a service could load is well; one damaged or incomplete in the ledger is named."""
    answer(capsys, "promote", tags[0], "--why", "first")
    (stored,) = (place / "ledger" / "models" / "iris").glob(f"{tags[0].partition(':')[2]}*/model.skops")
    body, told = stored.read_bytes(), []

    for change in (lambda: None, lambda: stored.write_bytes(body[:-1] + b"?"), stored.unlink):
        change()
        told.append((run(["doctor", "-d", "iris"]), capsys.readouterr().out))

    assert [code for code, _ in told] == [0, 1, 1]
    assert f"{tags[0]} serves, by generation 1" in told[0][1]
    assert "model.skops is not what the manifest says" in told[1][1]
    assert f"{tags[0]}: model.skops is missing" in told[2][1]


def test_doctor_says_that_the_dataset_file_is_another(
    tags: list[str], edit_features: Callable[[], None], capsys: Said
) -> None:
    """A champion that was trained on other features cannot serve, and the cure stands in the finding."""
    answer(capsys, "promote", tags[0], "--why", "first")
    edit_features()

    assert run(["doctor", "-d", "iris"]) == 1
    said = capsys.readouterr().out
    assert f"{tags[0]} was trained on the feature schema" in said
    assert "herdbook promote" in said


@pytest.mark.parametrize("pinned", [False, True])
def test_up_stops_before_the_service_if_the_dataset_file_is_another(
    pinned: bool,
    tags: list[str],
    edit_features: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Said,
) -> None:
    """The sentence names the command that lets the model just trained serve; a pin is changed otherwise."""
    answer(capsys, "promote", tags[0], "--why", "first")
    if pinned:
        monkeypatch.setenv("HERDBOOK_MODEL", tags[0])
    monkeypatch.setenv("HERDBOOK_DATASET", "iris")
    require_servable(open_place(), tags[1])
    edit_features()

    with pytest.raises(ModelMissingError) as refused:
        require_servable(open_place(), tags[1])

    assert f"{tags[0]} was trained on other features" in str(refused.value)
    cure = f"pin {tags[1]}, trained" if pinned else f"herdbook promote {tags[1]} --why"
    assert cure in str(refused.value)


def test_doctor_without_a_named_dataset_examines_all(place: Path, capsys: Said) -> None:
    """With several datasets and none named, everything is examined, and that is a note, not a fault."""
    said = [(each["name"], each["state"]) for each in answer(capsys, "doctor")]

    assert [state for name, state in said if name == "dataset"] == ["ok", "ok", "note"]
    assert [state for name, state in said if name == "model"] == ["note", "note"]
    assert {"ledger", "state folder", "service port", "data port", "reach"} <= {name for name, _ in said}


def test_doctor_lists_every_setting_and_hides_what_may_be_secret(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """Each setting stands under its variable's name; of a URL neither user nor query is shown."""
    monkeypatch.setenv("HERDBOOK_LEDGER", "s3://ada:pass@herd?endpoint=http://127.0.0.1:9&token=hush")

    assert run(["doctor", "--json"]) == 1

    told = capsys.readouterr().out
    said = {each["name"]: each["said"] for each in json.loads(told)}
    assert {f"HERDBOOK_{name}".upper() for name in Settings.model_fields} <= set(said)
    assert said["HERDBOOK_LEDGER"] == "s3://…@herd?…"
    assert said["HERDBOOK_POLL_S"] == "0.2 (default)"
    assert not any(secret in told for secret in ("pass", "hush"))


def test_doctor_says_a_wrong_setting_once(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    """A setting that cannot be read is one finding."""
    monkeypatch.setenv("HERDBOOK_PORT", "many")

    assert run(["doctor", "--json"]) == 1

    wrong = [each["said"] for each in json.loads(capsys.readouterr().out) if each["state"] == "wrong"]
    assert len(wrong) == 1
    assert "HERDBOOK_PORT is 'many'" in wrong[0]


def test_doctor_names_a_taken_port_and_its_cure(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """A port that somebody else listens on is wrong, and the exit code says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("HERDBOOK_PORT", str(listener.getsockname()[1]))

        code = run(["doctor", "-d", "iris"])

    assert code == 1
    assert "✗ service port" in (said := capsys.readouterr().out)
    assert "HERDBOOK_PORT" in said


def test_serve_refuses_a_taken_port(place: Path, capsys: Said) -> None:
    """The sentence comes before anything starts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])

        assert run(["serve", "-d", "iris", "--port", port]) == 1

    assert f"port {port}, wanted for the service, is taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("HERDBOOK_PORT", "port {}, wanted for the service, is taken"),
        ("HERDBOOK_UI_PORT", "port {}, wanted for the UI, is taken"),
    ],
)
def test_up_refuses_a_taken_port_before_anything_starts(
    variable: str, said: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """The sentence names what the port is for and where to choose another; nothing was written."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv(variable, str(port))

        assert run(["up", "-d", "iris"]) == 1

    told = capsys.readouterr().err
    assert said.format(port) in told
    assert variable in told
    assert list(place.iterdir()) == []


def test_up_refuses_one_port_for_two(place: Path, capsys: Said) -> None:
    """Two processes cannot listen on one port; without a UI its port is nobody's."""
    port = str(free_port())

    assert run(["up", "-d", "iris", "--port", port, "--ui-port", port]) == 1

    assert f"HERDBOOK_UI_PORT is {port}; expected another port than the service's" in capsys.readouterr().err
