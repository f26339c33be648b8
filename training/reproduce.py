"""Reproducing a model: training anew by its recipe, in memory, and comparing what the two say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from herdbook.dataset import Dataset
from herdbook.errors import PackageError
from herdbook.ledger import Ledger
from herdbook.predictor import GOLDEN_TOLERANCE, Answers, Predictor
from herdbook.recipe import recall
from herdbook.registry import fetch
from herdbook.snapshot import open_snapshot
from training.check import check
from training.find import How
from training.fit import fit
from training.name import names_for
from training.progress import QUIET, Progress
from training.recipe import code_hash, hash_recipe, library_versions
from training.register import package


def reproduce(
    ledger: Ledger, tag: str, *, jobs: int | None = None, progress: Progress = QUIET
) -> dict[str, Any]:
    """Train a model anew by its recipe and compare its answers to every accepted record of its snapshot.

    Nothing is written to the ledger. What was searched is taken from the model's card, so a model that was
    trained under a budget is reproduced too. Plain JSON: `model`, `is_same_version`, `same_label_share`,
    `largest_probability_difference`, `code_differs`, `libraries_differ`, `n_records` and `says`.

    Raises
    ------
    ModelMissingError, PackageError
        The ledger has no such model, it is damaged, or its recipe cannot be replayed.
    SnapshotError, TrainingError
        The snapshot is gone, or this version knows the recipe's settings no more.
    """
    recipe = _recall_recipe(ledger, tag)
    dataset = _declared(tag, recipe)
    snapshot = open_snapshot(ledger, dataset.name, recipe["snapshot"])
    today = {**recipe, "code": code_hash(), "libraries": library_versions()}
    name = partial(names_for, dataset, ledger, naming=recipe["naming"])
    with threadpool_limits(1), TemporaryDirectory(prefix="herdbook-") as folder:
        workdir = Path(folder)
        old = Predictor.load(fetch(ledger, tag, workdir / "old"), dataset)
        how = How(jobs=jobs, progress=progress, name=name, replay=old.card)
        fitted = fit(dataset, snapshot, today, how)
        new_tag, packed = package(dataset, fitted, hash_recipe(today), workdir=workdir)
        new = Predictor.load(packed, dataset)
        frame = check(dataset, snapshot).frame
        compared = _compare(old.predict(frame), new.predict(frame))
    found = {"model": tag, "is_same_version": new_tag == tag} | compared | _differences(recipe, today)
    return found | {"says": _say(found)}


def _recall_recipe(ledger: Ledger, tag: str) -> dict[str, Any]:
    entry = recall(ledger, tag)
    if entry is None:
        problem = "the ledger has no recipe of it: an older Herdbook kept no more than the recipe's hash"
        cure = "train on its snapshot with `herdbook train --snapshot ID` and look with `herdbook compare`"
        raise PackageError(tag, problem=problem, cure=cure)
    recipe: dict[str, Any] = entry["recipe"]
    return recipe


def _declared(tag: str, recipe: Mapping[str, Any]) -> Dataset:
    """Read the dataset file as it was when the model was trained."""
    try:
        return Dataset.model_validate(recipe["dataset"])
    except ValidationError:
        problem = "its recipe holds a dataset file that this Herdbook cannot read"
        raise PackageError(tag, problem=problem, cure="reproduce it with the Herdbook that made it") from None


def _compare(old: Answers, new: Answers) -> dict[str, Any]:
    """Compare answers to the same records; a class that one model has not, it gives no probability."""
    classes = sorted({*old.classes, *new.classes})
    said = [_spread(answers, classes) for answers in (old, new)]
    is_same = said[0].argmax(axis=1) == said[1].argmax(axis=1)
    return {
        "n_records": len(is_same),
        "same_label_share": float(is_same.mean()),
        "largest_probability_difference": float(np.abs(said[0] - said[1]).max()),
    }


def _spread(answers: Answers, classes: Sequence[str]) -> NDArray[np.float64]:
    probabilities = np.zeros((len(answers.probabilities), len(classes)))
    probabilities[:, [classes.index(name) for name in answers.classes]] = answers.probabilities
    return probabilities


def _differences(recipe: Mapping[str, Any], today: Mapping[str, Any]) -> dict[str, Any]:
    then, now = recipe["libraries"], today["libraries"]
    differ = {
        name: {"then": then.get(name), "now": now.get(name)}
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    }
    return {"code_differs": recipe["code"] != today["code"], "libraries_differ": differ}


def _say(found: Mapping[str, Any]) -> str:
    tag, n_records = found["model"], found["n_records"]
    if found["is_same_version"]:
        return f"{tag} is reproduced to the last bit: same files, same answers to {n_records:,} records"
    largest, share = found["largest_probability_difference"], found["same_label_share"]
    changed = [*(["the code"] if found["code_differs"] else []), *found["libraries_differ"]]
    differs = f"; other than then: {', '.join(changed)}" if changed else "; neither code nor libraries differ"
    if largest <= GOLDEN_TOLERANCE:
        return f"{tag} is reproduced: the same answers to all {n_records:,} records{differs}"
    return (
        f"{tag} is not reproduced: {share:.2%} of {n_records:,} records get the same label, "
        f"probabilities differ by up to {largest:.2g}{differs}"
    )
