"""`herdbook train`: known recipes, scores, and the comparison with the champion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import run
from herdbook.generation import promotion
from tests.fixtures.models import Models
from tests.fixtures.small import write_quick_dataset

Said = pytest.CaptureFixture[str]


@pytest.fixture
def trained_place(place: Path, trained: Models, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Point the settings to the ledger of the session's models, and to the files they were trained on."""
    monkeypatch.setenv("HERDBOOK_LEDGER", trained.ledger_url)
    write_quick_dataset(place, "iris")
    monkeypatch.setenv("HERDBOOK_DATASETS", str(write_quick_dataset(place, "animals")))
    return trained


@pytest.mark.integration
def test_train_of_a_known_recipe_fits_nothing(trained_place: Models, capsys: Said) -> None:
    """A recipe that was trained gives the model it made, with its card."""
    tag = trained_place.iris.tag

    assert run(["train", "-d", "iris", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["tag"], answer["is_new"], answer["fits"]) == (tag, False, 0)
    assert answer["card"]["headline"]["accuracy"]["value"] > 0.9


@pytest.mark.integration
def test_train_says_how_long_the_classic_fits_took(trained_place: Models, capsys: Said) -> None:
    """The classic table of iris has a column of fit times, in milliseconds, within 80 columns."""
    took = trained_place.iris.timings["classic_fit_s"]

    assert run(["train", "-d", "iris"]) == 0

    table = capsys.readouterr().out.partition("classic 80/20 split")[2].strip().splitlines()[:4]
    assert table[0].rstrip().endswith("fit ms")
    assert [float(line.split()[-1]) for line in table[1:]] == [round(s * 1_000, 1) for s in took.values()]
    assert max(len(line.rstrip()) for line in table) <= 80


@pytest.mark.integration
def test_train_says_scores_comparison_and_the_command_to_promote(trained_place: Models, capsys: Said) -> None:
    """A model that is not the champion does not serve by itself: a person sees both and decides."""
    tag, champion = trained_place.second_animals_tag, trained_place.animals.tag

    assert run(["train", "-d", "animals", "--seed", "1"]) == 0

    said = capsys.readouterr().out
    assert "with cluster features, shipped" in said
    assert [tag in line or champion in line for line in said.splitlines()].count(True) >= 3
    assert f"To let the challenger serve: {promotion(tag)}\n" in said
    assert max(map(len, (line.rstrip() for line in said.splitlines() if "(" in line))) <= 80


@pytest.mark.integration
def test_train_without_a_snapshot_says_what_to_do(place: Path, capsys: Said) -> None:
    """The sentence of the working process is the command's own."""
    assert run(["train", "-d", "iris"]) == 1
    assert "ingest" in capsys.readouterr().err
