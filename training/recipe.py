"""The recipe: the hash of all that goes into a training, and the models that each recipe made.

Imports nothing heavy: a start that trains nothing must cost next to nothing.
"""

from __future__ import annotations

import hashlib
import platform
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from herdbook import document, keys
from herdbook.dataset import Dataset
from herdbook.errors import KeyTakenError, ModelMissingError
from herdbook.ledger import Ledger
from herdbook.registry import resolve

RECIPE_FORMAT = 1
LIBRARIES = ("hdbscan", "joblib", "numpy", "pyarrow", "scikit-learn", "scipy", "skops")
"""The libraries whose version decides what a training gives."""

ROOT = Path(__file__).resolve().parents[1]


def code_hash() -> str:
    """Hash the source that decides what a training gives: `training/` and the modules of `herdbook/`."""
    files = sorted([*ROOT.glob("training/**/*.py"), *ROOT.glob("herdbook/*.py")])
    total = hashlib.sha256()
    for file in files:
        total.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def library_versions() -> dict[str, str]:
    """Give the installed versions of Python and of the libraries that decide what a training gives."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in LIBRARIES}


def write_recipe(dataset: Dataset, snapshot: str, *, effort: str, seed: int | None) -> dict[str, Any]:
    """List all that goes into a training; the seed is the dataset file's unless one is given."""
    return {
        "format": RECIPE_FORMAT,
        "snapshot": snapshot,
        "dataset": dataset.declaration(),
        "effort": effort,
        "seed": dataset.training.seed if seed is None else seed,
        "code": code_hash(),
        "libraries": library_versions(),
    }


def hash_recipe(recipe: dict[str, Any]) -> str:
    """Hash a recipe, 64 hex digits."""
    return hashlib.sha256(document.encode(recipe)).hexdigest()


def known_model(
    dataset: Dataset, snapshot: str, ledger: Ledger, *, effort: str = "quick", seed: int | None = None
) -> str | None:
    """Find the model that this recipe made last and that the ledger still holds, by its tag."""
    return find_made(dataset, hash_recipe(write_recipe(dataset, snapshot, effort=effort, seed=seed)), ledger)


def find_made(dataset: Dataset, recipe: str, ledger: Ledger) -> str | None:
    """Find the tag of the model that a recipe's hash made last and that the ledger still holds."""
    for entry in reversed(list(ledger.list(keys.recipe_folder(dataset.name, recipe)))):
        tag: str = document.read(ledger, entry.key)["tag"]
        try:
            resolve(ledger, tag)
        except ModelMissingError:
            continue
        return tag
    return None


def remember(dataset: Dataset, recipe: str, tag: str, ledger: Ledger) -> None:
    """Write down which model a recipe made, after those that it made before."""
    folder = keys.recipe_folder(dataset.name, recipe)
    number = 1 + max((keys.number_of(entry.key) for entry in ledger.list(folder)), default=0)
    body = {"format": RECIPE_FORMAT, "tag": tag, "time_us": time.time_ns() // 1000}
    while True:
        try:
            return ledger.create(keys.recipe(dataset.name, recipe, number), document.encode(body))
        except KeyTakenError:
            number += 1
