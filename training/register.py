"""Registering: the package on disk, the first generation, or a comparison with the champion."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.errors import (
    GenerationConflictError,
    KeyMissingError,
    ModelMissingError,
    PackageError,
    SchemaMismatchError,
)
from herdbook.generation import Generation, current_generation, promote, promotion
from herdbook.ledger import Ledger
from herdbook.package import build_package
from herdbook.predictor import Predictor
from herdbook.registry import fetch, model_card
from herdbook.tag import split_tag, tag_of
from training.compare import compare_models
from training.fit import Fitted

BY = "herdbook train"


def package(dataset: Dataset, fitted: Fitted, recipe: str, *, workdir: Path) -> tuple[str, Path]:
    """Write the package below `workdir`, prove that it loads and answers, and return its tag and folder."""
    draft = workdir / f"draft-{uuid.uuid4().hex[:12]}"
    try:
        card = fitted.card | {"recipe": recipe}
        graph = fitted.compiled.graph
        more: dict[str, Any] = {} if graph is None else {"graph": graph.body, "neighbours": graph.neighbours}
        version = build_package(
            draft,
            card=card,
            model=fitted.model,
            clusters=fitted.clusters,
            **more,
        )
        Predictor.load(draft, dataset)
        tag = tag_of(dataset.name, version)
        folder = package_folder(workdir, tag)
        if not folder.exists():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tag, folder


def package_folder(workdir: Path, tag: str) -> Path:
    """Give the folder below `workdir` that a model's package has."""
    dataset, version = split_tag(tag)
    return workdir / f"{dataset}-{version}"


def promote_first(dataset: Dataset, tag: str, ledger: Ledger, card: Mapping[str, Any]) -> Generation | None:
    """Make the dataset's first model generation 1; None if somebody serves already."""
    if current_generation(ledger, dataset.name) is not None:
        return None
    evidence = {"headline": card["headline"]}
    try:
        return promote(ledger, dataset.name, tag, who=BY, why="the first model", evidence=evidence)
    except GenerationConflictError:
        return None


def compare(
    dataset: Dataset, tag: str, ledger: Ledger, *, frame: NDArray[np.float64], workdir: Path
) -> dict[str, Any] | None:
    """Set a model's figures beside the champion's; None if it is the champion, or there is none.

    `frame`, shape (n, n_features), is what the two are asked to agree on. `paired` is what `compare_models`
    says: whether a difference is real.
    """
    current = current_generation(ledger, dataset.name)
    if current is None or current.champion == tag:
        return None
    between = {"champion": current.champion, "challenger": tag, "promote": promotion(tag)}
    new = model_card(ledger, tag)
    try:
        old = _measured(current.champion, model_card(ledger, current.champion))
        agreement = _agree(dataset, [current.champion, tag], ledger, frame=frame, workdir=workdir)
        paired = compare_models(ledger, tag, current.champion)
    except (PackageError, KeyMissingError, ModelMissingError) as error:
        # training is the cure of a damaged champion, so it must not fail on it
        nothing = {"headline": {tag: new["headline"], current.champion: {}}, "same_snapshot": None}
        says = f"the champion cannot be compared: {error}"
        return between | nothing | {"agreement": None, "paired": None, "says": says}
    return between | {
        "headline": {current.champion: old["headline"], tag: new["headline"]},
        "same_snapshot": new["snapshot"] == old["snapshot"],
        "agreement": agreement,
        "paired": paired,
        "says": paired["says"],
    }


def _measured(tag: str, card: dict[str, Any]) -> dict[str, Any]:
    """Let a card pass that tells data and quality of its model: one of any card may have been promoted."""
    if missing := [name for name in ("headline", "snapshot") if name not in card]:
        problem = f"its card has no {' and no '.join(missing)}"
        raise PackageError(tag, problem=problem, cure="it was not made by `herdbook train`")
    return card


def _agree(
    dataset: Dataset, tags: list[str], ledger: Ledger, *, frame: NDArray[np.float64], workdir: Path
) -> float | None:
    """Share of rows to which all models give the same label; None if one cannot read today's records."""
    said = []
    for tag in tags:
        folder = fetch(ledger, tag, package_folder(workdir, tag))
        try:
            answers = Predictor.load(folder, dataset).predict(frame)
        except SchemaMismatchError:
            return None
        said.append(np.array(answers.classes)[answers.label])
    return float((said[0] == said[1]).mean())
