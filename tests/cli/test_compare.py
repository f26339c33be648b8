"""`herdbook compare`: whether a difference between two models is real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.fixtures.models import Models

Said = pytest.CaptureFixture[str]


@pytest.mark.integration
def test_compare_says_whether_a_difference_is_real(
    trained: Models, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """Both models stand with their figures, and below is what can be said of the difference."""
    monkeypatch.setenv("HERDBOOK_LEDGER", trained.ledger_url)
    tags = [trained.animals.tag, trained.second_animals_tag]

    codes = [run(["compare", *tags]), run(["compare", *tags, "--json"])]

    *said, found = capsys.readouterr().out.splitlines()
    told = json.loads(found)
    assert codes == [0, 0]
    assert [line.split()[0] for line in said[:3]] == ["model", *tags]
    assert told["says"][1:] in "\n".join(said)
    assert max(len(line.rstrip()) for line in said[:3]) <= 80


@pytest.mark.integration
def test_compare_of_one_model_is_with_the_champion(
    trained: Models, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """The champion stands second; itself it is not compared with."""
    monkeypatch.setenv("HERDBOOK_LEDGER", trained.ledger_url)

    codes = [run(["compare", tag, "--json"]) for tag in (trained.second_animals_tag, trained.animals.tag)]

    said = capsys.readouterr()
    told = json.loads(said.out)
    assert codes == [0, 2]
    assert (told["a"], told["b"]) == (trained.second_animals_tag, trained.animals.tag)
    assert "is the champion itself" in said.err


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (["animals:000000000000"], "there is no model that serves dataset animals yet"),
        (["animals:000000000000", "animals:111111111111"], "there is no model animals:000000000000"),
        (["animals:000000000000", "second"], "there is no model second"),
    ],
)
def test_compare_of_no_model_is_a_sentence(place: Path, tags: list[str], said: str, capsys: Said) -> None:
    """What is no tag, or of no model, is said."""
    assert run(["compare", *tags]) == 1
    assert said in capsys.readouterr().err


def test_compare_with_itself_is_wrong_usage(place: Path, capsys: Said) -> None:
    """There is no difference to ask for."""
    assert run(["compare", "animals:000000000000", "animals:000000000000"]) == 2
    assert "is compared with itself" in capsys.readouterr().err
