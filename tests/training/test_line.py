"""The training line on real data: what it registers, what it repeats, what it leaves when stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from herdbook.calibration import Calibration
from herdbook.classifier import SkopsClassifier
from herdbook.discovery import keep_discovery
from herdbook.generation import current_generation
from herdbook.label import ClusterLabels
from herdbook.ledger import Ledger
from herdbook.naming import write_naming
from herdbook.package import FRAME, FRAME_AND_CLUSTERS, verify_package
from herdbook.predictor import Predictor, join
from herdbook.recipe import recall_report
from herdbook.registry import list_models
from herdbook.report import find_report
from herdbook.snapshot import latest_snapshot
from tests.fixtures.models import PAIR, ROOT, Models, dataset_named, freeze_animals, quick_dataset
from training.check import check
from training.discover import discover
from training.line import train
from training.progress import Quiet

pytestmark = pytest.mark.integration

TREES = ("extra_trees", "hist_gradient_boosting")
KINDS = ["chicken", "dog", "elephant", "kangaroo"]

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from herdbook.ledger import open_ledger
from tests.fixtures.models import freeze_animals, quick_dataset
from training.check import check
from training.discover import discover
from training.line import train
folder = Path(sys.argv[1])
ledger = open_ledger(str(folder / "ledger"))
dataset = quick_dataset("animals", members=("extra_trees", "hist_gradient_boosting"))
print(train(dataset, freeze_animals(ledger, n_records=120), ledger, workdir=folder).tag)
"""


class Interrupted(Quiet):
    """A progress at one of whose fits, the fifth unless told, the user presses Ctrl-C."""

    def __init__(self, last: int = 5) -> None:
        self.n_left = last

    def advance(self, units: int = 1) -> None:
        """Count, then interrupt."""
        self.n_left -= units
        if self.n_left <= 0:
            raise KeyboardInterrupt


def test_first_model_serves_at_once(trained: Models) -> None:
    """The first model is whole in the ledger, generation 1, and names the four kinds."""
    model = trained.animals

    assert verify_package(model.folder) == model.tag
    assert model.generation is not None
    assert model.generation.number == 1
    assert model.tag in {summary["tag"] for summary in list_models(trained.ledger, "animals")}
    assert model.card["classes"] == KINDS


def test_model_finds_the_kinds(trained: Models) -> None:
    """Typical animals get their own names, with confidence, in four different clusters."""
    dataset = dataset_named("animals")
    typical = [(2, 0.3, 2.0, True), (4, 0.5, 40.0, False), (4, 3.0, 5000.0, False), (2, 1.8, 65.0, False)]
    records = [dict(zip(dataset.feature_names, (*one, True), strict=True)) for one in typical]

    answers = Predictor.load(trained.animals.folder, dataset).predict(dataset.to_frame(records))

    assert [answers.classes[place] for place in answers.label] == KINDS
    assert answers.confidence.min() > 0.9
    assert sorted(answers.assignment.cluster) == [0, 1, 2, 3]


def test_card_scores_everybody_with_intervals(trained: Models) -> None:
    """Every member, vote and baseline, with and without cluster features, each inside its interval."""
    metrics = trained.animals.card["evaluation"]["metrics"]
    nested = {"vote", "calibrated_vote", "best_single", "majority"}
    names = {*dataset_named("animals").training.members, *nested}

    found = [interval for part in metrics.values() for one in part.values() for interval in one.values()]

    assert set(metrics) == {FRAME, FRAME_AND_CLUSTERS}
    assert all(set(part) == names for part in metrics.values())
    assert all(interval["low"] <= interval["value"] <= interval["high"] for interval in found)
    assert metrics["frame"]["vote"]["accuracy"]["low"] > 0.97
    assert metrics["frame"]["majority"]["accuracy"]["high"] < 0.4


def test_iris_card_holds_the_classic_table(trained: Models) -> None:
    """The reference of the textbook split comes out, and repeated cross-validation stands beside it."""
    table = trained.iris.card["classic"]

    tested = {name: round(line["test_accuracy"]["value"], 4) for name, line in table.items()}

    assert tested == {"logistic_regression": 0.9333, "random_forest": 0.9, "rbf_svm": 0.9667}
    assert all(line["repeated_cross_validation"]["low"] > 0.85 for line in table.values())
    assert all(line["model_size_bytes"] > 1_000 for line in table.values())
    fit_s = trained.iris.timings["classic_fit_s"]
    assert set(fit_s) == set(table)
    assert all(0 < seconds < 60 for seconds in fit_s.values())
    assert "s" not in {key.rpartition("_")[2] for line in table.values() for key in line}


def test_model_answers_by_a_graph_as_by_its_pipeline(trained: Models) -> None:
    """All six members are in the graph; on every accepted record it says what the stored pipeline says."""
    model, dataset = trained.animals, dataset_named("animals")
    frame = check(dataset, latest_snapshot(trained.ledger, "animals")).frame
    reference = SkopsClassifier.load(model.folder / "model.skops")

    answers = Predictor.load(model.folder, dataset).predict(frame)

    compiled = model.card["compiled"]
    assert compiled["graph"] is True
    assert set(compiled["members"]) == set(dataset.training.members)
    said = reference.probabilities(join(frame, answers.assignment))
    expected = Calibration.of(model.card).apply(said)
    np.testing.assert_allclose(answers.probabilities, expected, rtol=0, atol=1e-5)
    assert set(model.timings["compiled"]["members"]) == set(compiled["members"])


def test_timings_go_to_a_report(trained: Models) -> None:
    """Timings and the discovery are reports, not part of the card."""
    model = trained.iris

    timings, discovery = (
        find_report(trained.ledger, "iris", kind, model=model.tag) for kind in ("timings", "discovery")
    )

    assert timings is not None
    assert discovery is not None
    assert timings["classic_fit_s"] == model.timings["classic_fit_s"]
    assert timings["compiled"]["graph_us"]


def test_known_recipe_trains_nothing(trained: Models) -> None:
    """The same snapshot, dataset, effort and seed give the model that is there."""
    first, dataset = trained.animals, quick_dataset("animals")
    snapshot = latest_snapshot(trained.ledger, "animals")

    again = train(dataset, snapshot, trained.ledger, workdir=trained.workdir)

    assert first.tag == again.tag
    assert not again.is_new
    assert again.fits == 0
    assert {name: first.timings[name] for name in again.timings} == again.timings
    assert again.reports == first.reports


def test_same_recipe_gives_the_same_bytes(tmp_path: Path, ledger: Ledger) -> None:
    """Another process, on another ledger, gives the same package, byte for byte."""
    dataset = quick_dataset("animals", members=TREES)

    own = train(dataset, freeze_animals(ledger, n_records=120), ledger, workdir=tmp_path)
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(tmp_path / "other")]
    other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert other.stdout.strip() == own.tag
    folder = tmp_path / "other" / own.folder.name
    for name in ("manifest.json", "card.json", "model.skops", "clusters.npz"):
        assert (folder / name).read_bytes() == (own.folder / name).read_bytes()


def test_again_gives_the_same_predictions(trained: Models, tmp_path: Path) -> None:
    """Training a known recipe anew changes no answer and no tag."""
    first = trained.second_animals
    dataset, snapshot = quick_dataset("animals", members=PAIR), latest_snapshot(trained.ledger, "animals")

    second = train(dataset, snapshot, trained.ledger, seed=1, again=True, workdir=tmp_path)

    frame = dataset.to_frame(first.card["golden"]["records"])
    found = [Predictor.load(one.folder, dataset).predict(frame).probabilities for one in (first, second)]
    np.testing.assert_array_equal(found[0], found[1])
    assert second.is_new
    assert second.tag == first.tag


def test_later_model_is_compared(trained: Models) -> None:
    """A second model changes nothing for the served one: it comes with a comparison and the command."""
    second = trained.second_animals

    current = current_generation(trained.ledger, "animals")

    assert current is not None
    assert current.champion == trained.animals.tag
    assert second.generation is None
    assert second.comparison is not None
    assert second.comparison["challenger"] == second.tag
    assert second.comparison["promote"] == f'herdbook promote {second.tag} --why "…"'
    assert second.comparison["agreement"] > 0.95


def test_interrupted_training_publishes_nothing(tmp_path: Path, ledger: Ledger) -> None:
    """Ctrl-C in the middle of the search leaves the snapshot in the ledger and nothing else."""
    snapshot = freeze_animals(ledger, n_records=120)
    before = [entry.key for entry in ledger.list("")]

    with pytest.raises(KeyboardInterrupt):
        train(quick_dataset("animals"), snapshot, ledger, progress=Interrupted(), workdir=tmp_path / "work")

    assert [entry.key for entry in ledger.list("")] == before
    assert not (tmp_path / "work").exists()


def test_killed_training_goes_on_where_it_was(tmp_path: Path, ledger: Ledger) -> None:
    """What was finished is not fitted again, the model is the same, and no checkpoint is left."""
    dataset, snapshot = quick_dataset("animals", members=PAIR), freeze_animals(ledger, n_records=120)
    asked = {"workdir": tmp_path / "work", "checkpoints": tmp_path / "training", "jobs": 1}
    with pytest.raises(KeyboardInterrupt):
        train(dataset, snapshot, ledger, progress=Interrupted(last=100), **asked)

    resumed = train(dataset, snapshot, ledger, **asked)

    report = recall_report(ledger, "evaluation", resumed.tag)
    whole = train(dataset, snapshot, ledger, again=True, jobs=1, workdir=tmp_path / "other")
    assert report is not None
    assert report["search"]["resumed"] > 0
    assert resumed.tag == whole.tag
    assert list((tmp_path / "training").iterdir()) == []


def test_clusters_are_trained_on_by_their_given_names(tmp_path: Path, ledger: Ledger) -> None:
    """Names that a person gave to another discovery's clusters become the classes of a training."""
    dataset = quick_dataset("animals", members=PAIR)
    dataset = dataset.model_copy(update={"labels": ClusterLabels.model_validate({"from": "clusters"})})
    snapshot = freeze_animals(ledger, n_records=120)
    found = discover(dataset, check(dataset, snapshot).frame, seed=1)
    report = keep_discovery(ledger, dataset, found.report, found.clusters)
    write_naming(ledger, "animals", report, {0: "zero"}, who="tester", why="a test")

    trained = train(dataset, snapshot, ledger, jobs=1, workdir=tmp_path)

    others = {f"cluster-{number}" for number in range(found.clusters.n_clusters)}
    assert "zero" in trained.card["classes"]
    assert set(trained.card["classes"]) <= {"zero", *others}


def test_evaluation_report_has_every_part(trained: Models) -> None:
    """Whatever the page draws was measured, and the vote's comparison with the baseline is clear."""
    model = trained.iris

    report = recall_report(trained.ledger, "evaluation", model.tag)

    assert report is not None
    assert not {name for name, part in report.items() if part is None} - {"agreement", "fold_discovery"}
    assert report["examined"]["left_out"] == {}
    assert report["calibration"]["chosen"] == model.card["calibration"]["method"]
    against = next(pair for pair in report["paired"] if "majority" in {pair["a"], pair["b"]})
    assert against["verdict"] == "a is better"
    assert {control["name"] for control in report["controls"] if control["passed"] is None} == set()
