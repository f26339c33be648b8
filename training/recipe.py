"""The recipe: the hash of all that goes into a training, and the models that each recipe made.

Imports nothing heavy: a start that trains nothing must cost next to nothing.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from herdbook import document, keys
from herdbook.dataset import Dataset
from herdbook.errors import KeyTakenError, ModelMissingError
from herdbook.ledger import Ledger
from herdbook.recipe import list_entries
from herdbook.registry import resolve

RECIPE_FORMAT = 2
"""The format of a recipe, which goes into its hash; format 1 had no budget and no naming."""

ENTRY_FORMAT = 1
"""The format of an entry in the ledger; the first ones had neither recipe nor reports in them."""

LIBRARIES = ("hdbscan", "joblib", "numpy", "onnx", "onnxruntime", "pyarrow", "scikit-learn", "scipy", "skops")
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


def write_recipe(
    dataset: Dataset,
    snapshot: str,
    *,
    effort: str,
    seed: int | None,
    budget_cpu_s: float | None = None,
    naming: str | None = None,
) -> dict[str, Any]:
    """List all that goes into a training; seed and budget are the dataset file's unless they are given.

    `naming` is the hash of what persons call clusters, where those are the labels: see `bind_naming`.
    """
    wanted = dataset.training
    return {
        "format": RECIPE_FORMAT,
        "snapshot": snapshot,
        "dataset": dataset.declaration(),
        "effort": effort,
        "seed": wanted.seed if seed is None else seed,
        "budget_cpu_s": wanted.budget_cpu_s if budget_cpu_s is None else budget_cpu_s,
        "naming": naming,
        "code": code_hash(),
        "libraries": library_versions(),
    }


def hash_recipe(recipe: Mapping[str, Any]) -> str:
    """Hash a recipe, 64 hex digits."""
    return hashlib.sha256(document.encode(recipe)).hexdigest()


def known_model(dataset: Dataset, recipe: Mapping[str, Any], ledger: Ledger) -> str | None:
    """Find the model that a recipe made last and that the ledger still holds, by its tag."""
    for entry in reversed(list_entries(ledger, dataset.name, hash_recipe(recipe))):
        tag: str = document.read(ledger, entry)["tag"]
        try:
            resolve(ledger, tag)
        except ModelMissingError:
            continue
        return tag
    return None


def remember(
    dataset: Dataset,
    recipe: Mapping[str, Any],
    tag: str,
    ledger: Ledger,
    *,
    reports: Mapping[str, str],
) -> None:
    """Write down which model a recipe made, after those that it made before.

    The recipe stands in it whole, so that the model can be reproduced, and so do the names of the `reports`
    about it by their kind, so that none must be searched for.
    """
    name = hash_recipe(recipe)
    number = 1 + max((keys.number_of(key) for key in list_entries(ledger, dataset.name, name)), default=0)
    body = {
        "format": ENTRY_FORMAT,
        "tag": tag,
        "time_us": time.time_ns() // 1000,
        "recipe": recipe,
        "reports": reports,
    }
    while True:
        try:
            return ledger.create(keys.recipe(dataset.name, name, number), document.encode(body))
        except KeyTakenError:
            number += 1
