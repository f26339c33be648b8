"""Recipes: everything that decides a training, looked up without loading what trains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from herdbook import document, keys
from herdbook.ledger import Ledger
from herdbook.recipe import recall, recall_report
from herdbook.registry import publish
from herdbook.report import write_report
from tests.fixtures.models import ROOT, build_small_package, dataset_named, quick_dataset
from training.recipe import hash_recipe, known_model, remember, write_recipe

IRIS = dataset_named("iris")
SNAPSHOT = "a" * 64
LIGHT = """
import sys
import training.recipe
heavy = {"sklearn", "hdbscan", "scipy", "pandas", "pyarrow", "bentoml", "skops"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""


def recipe_with(**changed: object) -> dict[str, Any]:
    """Write the recipe of iris with one thing changed."""
    asked: dict[str, Any] = {"dataset": IRIS, "snapshot": SNAPSHOT, "effort": "quick", "seed": None} | changed
    return write_recipe(**asked)


def recipe_hash(**changed: object) -> str:
    """Hash the recipe of iris with one thing changed."""
    return hash_recipe(recipe_with(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"snapshot": "b" * 64},
        {"effort": "thorough"},
        {"seed": 1},
        {"dataset": quick_dataset("iris")},
        {"budget_cpu_s": 60.0},
        {"naming": "c" * 64},
    ],
)
def test_recipe_changes_with_what_goes_in(changed: dict[str, object]) -> None:
    """Another snapshot, effort, seed, dataset file, budget or naming is another recipe."""
    assert recipe_hash(**changed) != recipe_hash()


def test_recipe_takes_the_seed_of_the_dataset_file() -> None:
    """No seed given is the same as the file's own."""
    assert recipe_hash(seed=IRIS.training.seed) == recipe_hash()


def test_recipe_is_looked_up_without_heavy_imports() -> None:
    """Neither scikit-learn nor hdbscan is loaded to find out that nothing needs to be trained."""
    command = [sys.executable, "-c", LIGHT]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stderr


def test_remembered_model_is_found(small_package: Path, ledger: Ledger) -> None:
    """A recipe leads to the model that it made last, as long as the ledger holds it whole."""
    tag = publish(ledger, small_package)

    remember(IRIS, recipe_with(), tag, ledger, reports={})
    remember(IRIS, recipe_with(), "iris:000000000000", ledger, reports={})

    assert known_model(IRIS, recipe_with(), ledger) == tag
    assert known_model(IRIS, recipe_with(seed=5), ledger) is None


def test_model_leads_to_its_recipe_and_reports(tmp_path: Path, ledger: Ledger) -> None:
    """From a tag the whole recipe is read again, and a report without reading the others."""
    build_small_package(tmp_path, IRIS, card={"recipe": recipe_hash()})
    tag = publish(ledger, tmp_path)
    name = write_report(ledger, "iris", "evaluation", {"model": tag, "figure": 1})

    remember(IRIS, recipe_with(), tag, ledger, reports={"evaluation": name})

    entry, report = recall(ledger, tag), recall_report(ledger, "evaluation", tag)
    assert entry is not None
    assert entry["recipe"] == recipe_with()
    assert report is not None
    assert report["figure"] == 1


def test_model_of_before_leads_to_no_recipe(tmp_path: Path, ledger: Ledger) -> None:
    """An entry of an older Herdbook, which has the tag alone, is no recipe."""
    name = "d" * 64
    build_small_package(tmp_path, IRIS, card={"recipe": name})
    tag = publish(ledger, tmp_path)
    ledger.create(keys.recipe("iris", name, 1), document.encode({"format": 1, "tag": tag, "time_us": 0}))

    assert recall(ledger, tag) is None
    assert recall_report(ledger, "evaluation", tag) is None
