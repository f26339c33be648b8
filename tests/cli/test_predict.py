"""`herdbook predict` of more records than one request takes, and what `history` refuses before it looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import run
from cli.predict import REQUEST_RECORDS
from tests.fixtures.service import FLOWER, Service

Said = pytest.CaptureFixture[str]


@pytest.mark.integration
def test_predict_tells_what_was_answered_before_a_later_record_is_refused(
    place: Path, iris_service: Service, capsys: Said
) -> None:
    """The first request's answers are told, and the fault has the number that it has in the file."""
    records = [FLOWER] * REQUEST_RECORDS + [FLOWER, {**FLOWER, "petal_width": "wide"}]
    (place / "many.json").write_text(json.dumps(records))

    code = run(["predict", "-d", "iris", "--url", iris_service.url, str(place / "many.json"), "--json"])

    said = capsys.readouterr()
    assert code == 1
    assert len(json.loads(said.out)["predictions"]) == REQUEST_RECORDS
    assert "only the first 1,000 of 1,002 records were answered, and are logged" in said.err
    assert "record 1001, field 'petal_width': got 'wide'" in said.err


@pytest.mark.integration
def test_history_of_a_service_takes_every_time(place: Path, iris_service: Service, capsys: Said) -> None:
    """A time before 1970 or after 2255 is no fault of the person's."""
    times = ["--since", "1960-01-01", "--until", "2300-01-01"]

    assert run(["history", "-d", "iris", "--url", iris_service.url, *times]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [("--before", "zzz", "is no id of a prediction"), ("--key", "\udcff", "is no UTF-8 text")],
)
def test_history_refuses_what_no_prediction_can_have(
    option: str, given: str, said: str, place: Path, capsys: Said
) -> None:
    """An id that is none, and bytes that are no text, are wrong usage."""
    assert run(["history", "-d", "iris", option, given]) == 2
    assert said in capsys.readouterr().err
