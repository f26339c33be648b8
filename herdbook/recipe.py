"""Recipes in the ledger: which training made a model, and which reports it wrote about it.

What goes into a recipe is known where models are trained; here it is read back.
"""

from __future__ import annotations

from typing import Any

from herdbook import document, keys
from herdbook.ledger import Ledger
from herdbook.registry import model_card
from herdbook.report import find_report, read_report
from herdbook.tag import split_tag


def list_entries(ledger: Ledger, dataset: str, recipe: str) -> list[str]:
    """List the keys of what one recipe made, by the recipe's hash, the oldest first."""
    return [entry.key for entry in ledger.list(keys.recipe_folder(dataset, recipe))]


def recall(ledger: Ledger, tag: str) -> dict[str, Any] | None:
    """Find the last training that made a model: its `recipe` and `reports`; None if none was written down.

    Raises
    ------
    ModelMissingError, PackageError
        The ledger holds no such model, or its card cannot be read.
    """
    name = model_card(ledger, tag).get("recipe")
    if not isinstance(name, str):
        return None
    entries = (document.read(ledger, key) for key in reversed(list_entries(ledger, split_tag(tag)[0], name)))
    return next((entry for entry in entries if entry["tag"] == tag and "recipe" in entry), None)


def recall_report(ledger: Ledger, kind: str, tag: str) -> dict[str, Any] | None:
    """Find the report of a kind about a model, by the model's tag; None if there is none."""
    entry, dataset = recall(ledger, tag), split_tag(tag)[0]
    if entry is None or kind not in entry["reports"]:
        return find_report(ledger, dataset, kind, model=tag)
    return read_report(ledger, dataset, kind, entry["reports"][kind])
