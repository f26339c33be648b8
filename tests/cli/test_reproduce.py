"""`herdbook reproduce`: a model trained anew by its recipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import run
from herdbook.ledger import open_ledger
from herdbook.registry import publish
from tests.fixtures.models import Models, build_small_package, dataset_named

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


def test_reproduce_of_no_model_is_a_sentence(place: Path, capsys: Said) -> None:
    """It comes before a process is started."""
    assert run(["reproduce", "animals:000000000000"]) == 1
    assert "there is no model animals:000000000000" in capsys.readouterr().err
    assert not (place / "state" / "logs").exists()


@pytest.mark.integration
def test_reproduce_without_a_recipe_says_so(place: Path, capsys: Said) -> None:
    """A model of an older Herdbook cannot be replayed; the working process's sentence is said."""
    build_small_package(place / "package", dataset_named("iris"))
    tag = publish(open_ledger(str(place / "ledger")), place / "package")

    assert run(["reproduce", tag]) == 1
    assert "no recipe" in capsys.readouterr().err
