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
from training import sample
from training.compare import OUT_OF_FOLD
from training.find import How
from training.fit import Fitted, fit
from training.progress import QUIET, Progress, Quiet
from training.recipe import write_recipe
from training.register import package

FEW = 120


class Counted(Quiet):
    """A progress that remembers what was announced and what was done."""

    def __init__(self) -> None:
        self.announced: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self._step = ""

    def start(self, step: str, total: int | None = None) -> None:
        """Remember what is announced, by the first word of the step."""
        self._step = step.partition(" ")[0]
        if total is not None:
            self.announced[self._step], self.done[self._step] = total, 0

    def advance(self, units: int = 1) -> None:
        """Add up what is done."""
        self.done[self._step] += units


def dataset_with(**policy: Any) -> Dataset:
    """Load the animals with two members and a policy."""
    dataset = quick_dataset("animals", members=PAIR)
    return dataset.model_copy(update={"training": dataset.training.model_copy(update=policy)})


def fit_few(
    dataset: Dataset, ledger: Ledger, *, budget_cpu_s: float | None = None, progress: Progress = QUIET
) -> Fitted:
    """Fit on a few animals, in this process."""
    snapshot = freeze_animals(ledger, n_records=FEW)
    recipe = write_recipe(dataset, snapshot.id, effort="quick", seed=None, budget_cpu_s=budget_cpu_s)
    return fit(dataset, snapshot, recipe, How(jobs=1, progress=progress))


def test_announced_fits_are_those_done(ledger: Ledger) -> None:
    """The number that progress announces before the search is the number of fits that it counts."""
    progress = Counted()

    fitted = fit_few(dataset_with(ensemble="vote"), ledger, progress=progress)

    assert progress.announced == progress.done
    assert fitted.fits == progress.done["tune"] + len(PAIR)


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
    assert card["compiled"]["graph"] is (policy.get("voting") != "hard")
    assert (folder / "model.onnx").is_file() is card["compiled"]["graph"]
    assert ("hard" in card["compiled"]["why"]) is (policy.get("voting") == "hard")


def test_tiny_budget_still_gives_a_model(tmp_path: Path, ledger: Ledger) -> None:
    """One candidate is finished, one repeat made, and what was left out is said with its reason."""
    dataset = dataset_with(ensemble="vote")

    fitted = fit_few(dataset, ledger, budget_cpu_s=0.01)
    _, folder = package(dataset, fitted, "0" * 64, workdir=tmp_path)

    report, card = fitted.reports["evaluation"], Predictor.load(folder, dataset).card
    assert (len(report["search"]["completed"]), card["evaluation"]["repeats"]) == (1, 1)
    assert report["search"]["dropped"]
    assert set(report["examined"]["left_out"]) == {"controls", "importance", "learning_curve"}
    assert (report["importance"], report["learning_curve"]) == (None, None)
    not_run = {one["name"] for one in report["controls"] if one.get("is_run") is False}
    assert not_run == {"shuffled_labels", "leak", "plain_rule"}


def test_large_table_is_evaluated_on_a_sample_and_fitted_whole(
    monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    """The card says what its figures rest on, each answer belongs to a drawn record, and all are fitted."""
    monkeypatch.setattr(sample, "MOST_EVALUATED", 100)

    fitted = fit_few(dataset_with(ensemble="vote"), ledger, budget_cpu_s=0.01)

    card, design = fitted.card, fitted.reports["evaluation"]["design"]
    answers, n = fitted.reports[OUT_OF_FOLD], card["rows"]["evaluated"]
    assert n <= 100 < card["rows"]["trained_on"] == design["n_rows"]
    assert f"a sample of {n} was evaluated" in card["evaluation"]["note"] == design["note"]
    assert n == design["n_evaluated"] == len(answers["rows"]) == len(set(answers["rows"]))
    assert all({"tried", "chosen", "fitted"} <= set(one) for one in card["search"].values())
    controls = fitted.reports["evaluation"]["controls"]
    assert "shuffled_labels" in {one["name"] for one in controls}
    among = f"Among the {n} evaluated of {design['n_rows']} labelled records: "
    assert all(one["says"].startswith(among) for one in controls if one.get("is_run", True))
