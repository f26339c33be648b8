"""Recipes: everything that decides a training, looked up without loading what trains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from herdbook.ledger import Ledger
from herdbook.registry import publish
from tests.fixtures.models import ROOT, dataset_named, quick_dataset
from training.recipe import find_made, hash_recipe, known_model, remember, write_recipe

IRIS = dataset_named("iris")
SNAPSHOT = "a" * 64
LIGHT = """
import sys
import training.recipe
heavy = {"sklearn", "hdbscan", "scipy", "pandas", "pyarrow", "bentoml", "skops"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""


def recipe_hash(**changed: object) -> str:
    """Hash the recipe of iris with one thing changed."""
    asked: dict[str, Any] = {"dataset": IRIS, "snapshot": SNAPSHOT, "effort": "quick", "seed": None} | changed
    return hash_recipe(write_recipe(**asked))


@pytest.mark.parametrize(
    "changed",
    [{"snapshot": "b" * 64}, {"effort": "thorough"}, {"seed": 1}, {"dataset": quick_dataset("iris")}],
)
def test_recipe_changes_with_what_goes_in(changed: dict[str, object]) -> None:
    """Another snapshot, effort, seed or dataset file is another recipe."""
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
    name = recipe_hash()

    remember(IRIS, name, tag, ledger)
    remember(IRIS, name, "iris:000000000000", ledger)

    assert find_made(IRIS, name, ledger) == tag
    assert known_model(IRIS, SNAPSHOT, ledger) == tag
    assert known_model(IRIS, SNAPSHOT, ledger, seed=5) is None
