"""Fitting on few records, in memory: what is announced, and what the dataset's policy ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from herdbook.dataset import Dataset
from herdbook.ledger import Ledger
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from herdbook.predictor import Predictor
from tests.fixtures.models import PAIR, freeze_animals, quick_dataset
from training.fit import Fitted, fit
from training.progress import QUIET, Progress, Quiet
from training.recipe import write_recipe
from training.register import package

FEW = 120


class Counted(Quiet):
    """A progress that remembers what was announced and what was done."""

    def __init__(self) -> None:
        self.announced = self.done = 0

    def start(self, step: str, total: int | None = None) -> None:  # noqa: ARG002 - the protocol's
        """Add up what is announced."""
        self.announced += total or 0

    def advance(self, units: int = 1) -> None:
        """Add up what is done."""
        self.done += units


def dataset_with(**policy: Any) -> Dataset:
    """Load the animals with two members and a policy."""
    dataset = quick_dataset("animals", members=PAIR)
    return dataset.model_copy(update={"training": dataset.training.model_copy(update=policy)})


def fit_few(dataset: Dataset, ledger: Ledger, *, progress: Progress = QUIET) -> Fitted:
    """Fit on a few animals."""
    snapshot = freeze_animals(ledger, n_records=FEW)
    recipe = write_recipe(dataset, snapshot.id, effort="quick", seed=None)
    return fit(dataset, snapshot, recipe, progress=progress)


def test_announced_fits_are_those_done(ledger: Ledger) -> None:
    """The number that progress announces before the search is the number of fits that it counts."""
    progress = Counted()

    fitted = fit_few(dataset_with(ensemble="vote"), ledger, progress=progress)

    assert progress.announced == progress.done > 0
    assert fitted.fits == progress.done + len(PAIR)


@pytest.mark.parametrize(
    ("policy", "inputs", "ensemble"),
    [
        ({"ensemble": "single", "cluster_features": "off"}, {FRAME}, {"best_single"}),
        (
            {"ensemble": "auto", "cluster_features": "auto"},
            {FRAME, FRAME_AND_CLUSTERS},
            {"vote", "best_single"},
        ),
        (
            {"ensemble": "vote", "voting": "hard", "cluster_features": "on"},
            {FRAME_AND_CLUSTERS},
            {"vote"},
        ),
    ],
)
def test_policy_decides_what_ships(
    tmp_path: Path, ledger: Ledger, policy: dict[str, str], inputs: set[str], ensemble: set[str]
) -> None:
    """Whatever ships, the package loads, answers its golden rows and says why."""
    dataset = dataset_with(**policy)

    fitted = fit_few(dataset, ledger)
    _, folder = package(dataset, fitted, "0" * 64, workdir=tmp_path)

    card = Predictor.load(folder, dataset).card
    assert card["inputs"] in inputs
    assert card["shipped"]["ensemble"] in ensemble
    assert len(card["shipped"]["why"]) == 2
