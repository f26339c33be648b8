"""The pedigree of a prediction: answer, model, recipe, snapshot and its arrivals, and who let it serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from herdbook.calling import names_of
from herdbook.dataset import Dataset
from herdbook.discovery import KIND, read_discovery
from herdbook.errors import (
    FormatUnknownError,
    KeyMissingError,
    ModelMissingError,
    PackageError,
    SnapshotError,
)
from herdbook.generation import Generation, list_generations
from herdbook.ledger import Ledger
from herdbook.recipe import recall
from herdbook.registry import model_card

OF_CARD = (
    "recipe", "snapshot", "seed", "effort", "shipped", "headline", "code", "libraries", "classes",
)  # fmt: skip
"""What of a card a pedigree tells."""

OF_ARRIVAL = ("time_us", "source", "request")
OF_GENERATION = ("number", "champion", "challenger", "traffic", "who", "why", "evidence", "time_us")


def trace(ledger: Ledger, dataset: Dataset, row: Mapping[str, Any]) -> dict[str, Any]:
    """Follow one row of the prediction log back to where it came from, as JSON values.

    What the ledger does not hold is None: a service may answer by a model that came with its Bento.
    """
    tag, entry = row["model"], None
    try:
        card, entry = model_card(ledger, tag), recall(ledger, tag)
    except (ModelMissingError, PackageError, KeyMissingError):
        card = {}
    snapshot = card.get("snapshot")
    named = [each for each in list_generations(ledger, dataset.name) if each.champion == tag]
    return {
        "prediction": dict(row),
        "model": {
            "tag": tag,
            "trained_us": entry and entry["time_us"],
            **{name: card.get(name) for name in OF_CARD},
        },
        "generation": in_force(named, row["time_us"]),
        "generations": [tell(each) for each in named],
        "snapshot": snapshot and _snapshot(ledger, dataset, snapshot),
        "arrivals": snapshot and _arrivals(ledger, dataset, snapshot),
        "names": _names(ledger, dataset, entry),
    }


def tell(generation: Generation) -> dict[str, Any]:
    """Give a generation as JSON values, without what only the ledger needs."""
    told = asdict(generation)
    return {name: told[name] for name in OF_GENERATION}


def in_force(named: list[Generation], time_us: int) -> dict[str, Any] | None:
    """Give the generation that let a model answer at a time, of those that name it, the oldest first.

    It is the last that named the model up to then, though another may have followed a moment before: a
    service takes its time to notice. The log does not hold the generation, so for a model that was pinned or
    came with a Bento it is one that named it long ago, or None if none ever did.
    """
    before = [each for each in named if each.time_us <= time_us]
    return tell(before[-1]) if before else None


def _snapshot(ledger: Ledger, dataset: Dataset, snapshot: str) -> dict[str, Any] | None:
    from herdbook.snapshot import open_snapshot  # noqa: PLC0415 - it takes Arrow, and few ask for a pedigree

    try:
        opened = open_snapshot(ledger, dataset.name, snapshot)
    except SnapshotError:
        return None
    return {"id": opened.id, "n_rows": opened.n_rows, "columns": list(opened.columns)}


def _arrivals(ledger: Ledger, dataset: Dataset, snapshot: str) -> list[dict[str, Any]] | None:
    from herdbook.snapshot import arrivals  # noqa: PLC0415 - as above

    told = [{name: each[name] for name in OF_ARRIVAL} for each in arrivals(ledger, dataset.name, snapshot)]
    return told or None


def _names(ledger: Ledger, dataset: Dataset, entry: Mapping[str, Any] | None) -> dict[str, str]:
    """Name the clusters that the model's own discovery found, if its report is still there to be read."""
    if entry is None or (name := entry["reports"].get(KIND)) is None:
        return {}
    try:
        report = read_discovery(ledger, dataset.name, name) | {"report": name}
    except (KeyMissingError, FormatUnknownError):
        return {}
    named = names_of(ledger, dataset, report)
    return {str(number): called for number, called in named.items()}
