"""The two models that are served, each in a ledger of the benchmark's own."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.serving.vote import build_vote
from data_provider.animal import Herd, generate
from data_provider.encode import encode_json
from herdbook.dataset import Dataset, load_dataset
from herdbook.generation import current_generation, promote
from herdbook.ledger import Ledger, open_ledger
from herdbook.received import table_of
from herdbook.registry import fetch, publish
from herdbook.snapshot import Snapshot, freeze
from training.check import check
from training.line import train

ROOT = Path(__file__).resolve().parents[2]
DATASET = "animals"
MODELS = {
    "served": "the model that `herdbook up` serves",
    "vote": "a soft vote of logistic regression, RBF SVM, random forest and histogram gradient boosting",
}
TRAINED_ON, ASKED = Herd(0, 2_000), Herd(1, 12_000)
"""The animals that `herdbook up` trains on by itself, and others that are asked for."""


@dataclass(frozen=True)
class World:
    """One served model: its name here, the ledger that it stands in, its tag and its package."""

    name: str
    ledger: Path
    tag: str
    package: Path


def load_animals() -> Dataset:
    """Load the dataset that all of this is about."""
    return load_dataset(ROOT / "datasets" / f"{DATASET}.toml")


def draw_frame(herd: Herd) -> NDArray[np.float64]:
    """Draw the valid records of a herd, shape (n, n_features)."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(folder)
        return check(load_animals(), _freeze(ledger, herd)).frame


def make_served(folder: Path, *, given: Path | None = None) -> World:
    """Train the model that `herdbook up` serves; a known recipe, or a given ledger, trains nothing."""
    place = folder / "served"
    if given is not None:
        shutil.copytree(given, place / "ledger", dirs_exist_ok=True)
    ledger = open_ledger(str(place / "ledger"))
    if given is None:
        trained = train(load_animals(), _freeze(ledger, TRAINED_ON), ledger, workdir=place / "packages")
        promote(ledger, DATASET, trained.tag, who="benchmark", why="it is measured")
    return _champion("served", place)


def make_vote(folder: Path, served: World) -> World:
    """Fit the fixed soft vote on the same data, with the clusters and the labels of the served model."""
    place = folder / "vote"
    shutil.rmtree(place, ignore_errors=True)
    ledger = open_ledger(str(place / "ledger"))
    with threadpool_limits(1):
        package = build_vote(load_animals(), served.package, draw_frame(TRAINED_ON), place / "packages")
    promote(ledger, DATASET, publish(ledger, package), who="benchmark", why="it is measured")
    return _champion("vote", place)


def _freeze(ledger: Ledger, herd: Herd) -> Snapshot:
    body = b"".join(encode_json(generate(herd), include_kind=False))
    request = {"seed": herd.seed, "number_of_datapoints": herd.n_records}
    return freeze(ledger, DATASET, table_of(json.loads(body)), source="generator", request=request)


def _champion(name: str, place: Path) -> World:
    ledger = open_ledger(str(place / "ledger"))
    current = current_generation(ledger, DATASET)
    if current is None:
        raise SystemExit(f"no model of {DATASET} serves in that ledger; give one in which one does")
    package = place / "packages" / current.champion.replace(":", "-")
    return World(name, place / "ledger", current.champion, fetch(ledger, current.champion, package))
