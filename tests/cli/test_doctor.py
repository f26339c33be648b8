"""What the doctor says of a ledger that is damaged, or named wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.finding_setting import redact
from cli.main import run
from herdbook import keys
from tests.fixtures.small import write_quick_dataset

Said = pytest.CaptureFixture[str]


def wrong_of(said: Said) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Run the doctor, and return all findings and the wrong ones."""
    assert run(["doctor", "--json"]) == 1
    findings = json.loads(said.readouterr().out)
    return findings, [each for each in findings if each["state"] == "wrong"]


def test_doctor_blames_a_damaged_generation_on_its_dataset_only(place: Path, capsys: Said) -> None:
    """The ledger is well, and the model of the dataset after it is examined as ever."""
    damaged = place / "ledger" / keys.generation("animals", 1)
    damaged.parent.mkdir(parents=True)
    damaged.write_text("{")

    findings, (wrong,) = wrong_of(capsys)

    assert wrong["name"] == "model"
    assert wrong["said"].startswith("animals: the object")
    assert "iris has no model yet" in {each["said"] for each in findings}


def test_doctor_looks_for_no_model_of_a_wrong_dataset(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """A file name that may not stand in the ledger is one finding, of the dataset."""
    datasets = write_quick_dataset(place, "iris")
    (datasets / "Bad Name.toml").write_text("")
    monkeypatch.setenv("HERDBOOK_DATASETS", str(datasets))

    findings, wrong = wrong_of(capsys)

    assert [each["name"] for each in wrong] == ["dataset"]
    assert "ok" in {each["state"] for each in findings if each["name"] == "ledger"}
    assert "iris has no model yet" in {each["said"] for each in findings}


@pytest.mark.parametrize(
    "url", ["minio://ada:pass@host/b", r"minio://ada:\pass@host/b", "s3://[ada:pass@x", "file://[ada:pass@x"]
)
def test_doctor_shows_no_secret_of_a_url_that_names_no_ledger(
    url: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """The password stands in no finding, and the rest is examined nevertheless."""
    monkeypatch.setenv("HERDBOOK_LEDGER", url)

    findings, (wrong,) = wrong_of(capsys)

    assert wrong["name"] == "ledger"
    assert "pass" not in json.dumps(findings)
    assert "reach" in {each["name"] for each in findings}


def test_redact_leaves_a_folder_as_it_is() -> None:
    """A path is no secret: the sentence that names it is the cure."""
    assert redact("the store '.herdbook' is full", ".herdbook") == "the store '.herdbook' is full"
