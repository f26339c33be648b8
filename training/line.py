"""The training line: from a frozen snapshot to a registered model."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from herdbook.dataset import Dataset
from herdbook.discovery import KIND as DISCOVERY
from herdbook.discovery import keep_discovery
from herdbook.generation import Generation
from herdbook.ledger import Ledger
from herdbook.naming import bind_naming
from herdbook.package import read_card
from herdbook.recipe import recall, recall_report
from herdbook.registry import fetch, publish
from herdbook.report import write_report
from herdbook.snapshot import Snapshot
from training.check import check
from training.find import How
from training.fit import Fitted, fit
from training.member import Effort
from training.name import names_for
from training.progress import QUIET, Progress
from training.recipe import hash_recipe, known_model, remember, write_recipe
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
        As JSON: seconds of the `stages` by name and `classic_fit_s` by line of the classic table; and what
        an answer costs, `compiled`, if the model has a graph. A known recipe has the seconds of the training
        that made its model; empty if the ledger has none.
    reports
        Names of the reports about the model, by kind.
    """

    tag: str
    folder: Path
    card: dict[str, Any]
    is_new: bool
    generation: Generation | None
    comparison: dict[str, Any] | None
    fits: int
    timings: dict[str, Any]
    reports: dict[str, str]


def train(  # noqa: PLR0913 - the line's own switches, all named at the call
    dataset: Dataset,
    snapshot: Snapshot,
    ledger: Ledger,
    *,
    effort: Effort = "quick",
    seed: int | None = None,
    budget_cpu_s: float | None = None,
    again: bool = False,
    jobs: int | None = None,
    spent_s: float = 0.0,
    progress: Progress = QUIET,
    workdir: Path,
    checkpoints: Path | None = None,
) -> Trained:
    """Train on a snapshot and register the model; a known recipe gives the model it made, unless `again`.

    Everything is fitted and proven before anything is published; then come the reports and the recipe, then
    the package, and its manifest last: a training that is stopped leaves no model behind, and no model is
    there without its reports and its recipe.

    Parameters
    ----------
    dataset, snapshot, ledger
        What to train, on what, and where the model goes.
    effort
        `quick` or `thorough`: how many settings are tried.
    seed
        Of folds and members; the dataset file's own unless given.
    budget_cpu_s
        CPU-seconds that the training may take, over all processes; the dataset file's own unless given.
    again
        Train although the recipe is known.
    jobs
        Number of processes; None for one on each core.
    spent_s
        CPU-seconds that this process took before, which the budget counts too.
    progress
        Is told of each step.
    workdir
        Folder for packages on disk.
    checkpoints
        Folder for what a killed training goes on with; None keeps nothing.

    Raises
    ------
    CheckRefusedError, DiscoveryError, TrainingError
        The records cannot be trained on.
    LedgerError
        The ledger cannot keep the model.
    """
    recipe = write_recipe(
        dataset,
        snapshot.id,
        effort=effort,
        seed=seed,
        budget_cpu_s=budget_cpu_s,
        naming=bind_naming(ledger, dataset),
    )
    known = None if again else known_model(dataset, recipe, ledger)
    with threadpool_limits(1):
        if known is not None:
            tag, folder = known, fetch(ledger, known, package_folder(workdir, known))
            fits, timings = 0, _recall_timings(known, ledger)
        else:
            checkpoint = None if checkpoints is None else checkpoints / hash_recipe(recipe)
            name = partial(names_for, dataset, ledger, naming=recipe["naming"])
            how = How(jobs=jobs, checkpoint=checkpoint, progress=progress, spent_s=spent_s, name=name)
            fitted = fit(dataset, snapshot, recipe, how)
            tag, folder = _register(dataset, fitted, recipe, ledger, workdir=workdir, progress=progress)
            fits, timings = fitted.fits, fitted.timings
            if checkpoint is not None:
                shutil.rmtree(checkpoint, ignore_errors=True)
        card = read_card(folder)
        generation = promote_first(dataset, tag, ledger, card)
        frame = check(dataset, snapshot).frame
        comparison = compare(dataset, tag, ledger, frame=frame, workdir=workdir)
    reports = (recall(ledger, tag) or {}).get("reports", {})
    return Trained(tag, folder, card, known is None, generation, comparison, fits, timings, reports)


def _register(
    dataset: Dataset,
    fitted: Fitted,
    recipe: dict[str, Any],
    ledger: Ledger,
    *,
    workdir: Path,
    progress: Progress,
) -> tuple[str, Path]:
    """Publish a model after all that is told of it; reports of a model that never came to be do no harm."""
    progress.start("register")
    tag, folder = package(dataset, fitted, hash_recipe(recipe), workdir=workdir)
    of = {"model": tag, "snapshot": fitted.card["snapshot"]}
    told = fitted.reports | {TIMINGS: fitted.timings | {"fits": fitted.fits}}
    names = {kind: write_report(ledger, dataset.name, kind, report | of) for kind, report in told.items()}
    names[DISCOVERY] = keep_discovery(ledger, dataset, fitted.discovery | of, fitted.clusters)
    remember(dataset, recipe, tag, ledger, reports=names)
    publish(ledger, folder)
    progress.finish(tag)
    return tag, folder


def _recall_timings(tag: str, ledger: Ledger) -> dict[str, Any]:
    report = recall_report(ledger, TIMINGS, tag) or {}
    return {name: report[name] for name in ("stages", "classic_fit_s") if name in report}
