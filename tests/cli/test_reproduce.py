"""`herdbook reproduce`: a model trained anew by its recipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.fixtures.models import Models

Said = pytest.CaptureFixture[str]


@pytest.mark.integration
def test_reproduce_gives_the_same_model(
    trained: Models, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """With the same code and libraries the same bytes come out, and nothing is written to the ledger."""
    monkeypatch.setenv("HERDBOOK_LEDGER", trained.ledger_url)
    tag = trained.second_animals_tag
    before = [entry.key for entry in trained.ledger.list("")]

    code = run(["reproduce", tag, "--json"])

    found = json.loads(capsys.readouterr().out)
    assert (code, found["model"], found["is_same_version"]) == (0, tag, True)
    assert found["largest_probability_difference"] == 0
    assert [entry.key for entry in trained.ledger.list("")] == before


@pytest.mark.integration
def test_reproduce_of_no_model_is_a_sentence(place: Path, capsys: Said) -> None:
    """The sentence of the working process is the command's own."""
    assert run(["reproduce", "animals:000000000000"]) == 1
    assert "there is no model animals:000000000000" in capsys.readouterr().err
