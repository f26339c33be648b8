"""The training line: from a frozen snapshot to a registered model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from herdbook.dataset import Dataset
from herdbook.generation import Generation
from herdbook.ledger import Ledger
from herdbook.package import read_card
from herdbook.registry import fetch, publish
from herdbook.report import find_report, write_report
from herdbook.snapshot import Snapshot
from training.check import check
from training.fit import Fitted, fit
from training.member import Effort
from training.progress import QUIET, Progress
from training.recipe import find_made, hash_recipe, remember, write_recipe
from training.register import compare, package, package_folder, promote_first

TIMINGS = "timings"
"""Kind of the report that holds what a training took."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training gave.

    Attributes
    ----------
    tag
        The model, as `animals:3f2a9c01d4b7`.
    folder
        Its package on disk, verified.
    card
        Its card.
    is_new
        False if the recipe was known and nothing was fitted.
    generation
        Generation 1, if this model became it.
    comparison
        Its figures beside the champion's, if another model serves.
    fits
        How many members were fitted.
    timings
        Seconds, as JSON: `stages` by name and `classic_fit_s` by line of the classic table. A known recipe
        has those of the training that made its model; empty if the ledger has none.
    """

    tag: str
    folder: Path
    card: dict[str, Any]
    is_new: bool
    generation: Generation | None
    comparison: dict[str, Any] | None
    fits: int
    timings: dict[str, Any]


def train(  # noqa: PLR0913 - the line's own switches, all named at the call
    dataset: Dataset,
    snapshot: Snapshot,
    ledger: Ledger,
    *,
    effort: Effort = "quick",
    seed: int | None = None,
    again: bool = False,
    progress: Progress = QUIET,
    workdir: Path,
) -> Trained:
    """Train on a snapshot and register the model; a known recipe gives the model it made, unless `again`.

    Everything is fitted and proven before anything is published, and a package's manifest is published last:
    a training that is stopped leaves no model behind.

    Parameters
    ----------
    dataset, snapshot, ledger
        What to train, on what, and where the model goes.
    effort
        `quick` or `thorough`: how many settings are tried.
    seed
        Of folds and members; the dataset file's own unless given.
    again
        Train although the recipe is known.
    progress
        Is told of each step.
    workdir
        Folder for packages on disk.

    Raises
    ------
    CheckRefusedError, DiscoveryError, TrainingError
        The records cannot be trained on.
    LedgerError
        The ledger cannot keep the model.
    """
    recipe = write_recipe(dataset, snapshot.id, effort=effort, seed=seed)
    name = hash_recipe(recipe)
    known = None if again else find_made(dataset, name, ledger)
    with threadpool_limits(1):
        if known is not None:
            tag, folder = known, fetch(ledger, known, package_folder(workdir, known))
            fits, timings = 0, _recall_timings(dataset, known, ledger)
        else:
            fitted = fit(dataset, snapshot, recipe, progress=progress)
            tag, folder = _register(dataset, fitted, name, ledger, workdir=workdir, progress=progress)
            fits, timings = fitted.fits, fitted.timings
        card = read_card(folder)
        generation = promote_first(dataset, tag, ledger, card)
        frame = check(dataset, snapshot).frame
        comparison = compare(dataset, tag, ledger, frame=frame, workdir=workdir)
    return Trained(tag, folder, card, known is None, generation, comparison, fits, timings)


def _register(
    dataset: Dataset, fitted: Fitted, recipe: str, ledger: Ledger, *, workdir: Path, progress: Progress
) -> tuple[str, Path]:
    progress.start("register")
    tag, folder = package(dataset, fitted, recipe, workdir=workdir)
    publish(ledger, folder)
    remember(dataset, recipe, tag, ledger)
    of = {"model": tag, "snapshot": fitted.card["snapshot"]}
    write_report(ledger, dataset.name, "discovery", fitted.discovery | of)
    write_report(ledger, dataset.name, TIMINGS, fitted.timings | of | {"fits": fitted.fits})
    progress.finish(tag)
    return tag, folder


def _recall_timings(dataset: Dataset, tag: str, ledger: Ledger) -> dict[str, Any]:
    report = find_report(ledger, dataset.name, TIMINGS, model=tag) or {}
    return {name: report[name] for name in ("stages", "classic_fit_s") if name in report}
