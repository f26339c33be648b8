"""The work of `up` and `train`, in a process of its own: `python -m cli.work JOB`.

So the supervisor stays light, and Ctrl-C ends training at once, wherever it is. What a job publishes
is there with its last object only (`snapshot.json`, `manifest.json`, a generation), so an end between two
objects of a snapshot or a model publishes none of it. A model's recipe and reports are there before it is; an
end right after its `manifest.json` leaves it without a generation, which the same job again writes. Events go
to stdout; whatever a library prints goes to stderr, the log.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cli.event import work_as_child
from cli.place import Place, open_place

if TYPE_CHECKING:
    from herdbook.snapshot import Snapshot
    from training.progress import Progress


@dataclass(frozen=True)
class Job:
    """What to do: ingest first or take a snapshot that is there, then train.

    With `trusts_recipe` a known recipe ends the job at once, without a comparison and without a heavy import.
    """

    dataset: str
    workdir: str
    source: str | None = None
    ingests: bool = True
    snapshot: str | None = None
    effort: Literal["quick", "thorough"] = "quick"
    seed: int | None = None
    budget_cpu_s: float | None = None
    jobs: int | None = None
    again: bool = False
    trusts_recipe: bool = False

    def command(self) -> list[str]:
        """Return the command that does the job, in any folder: paths of sources stand as they were typed."""
        return [sys.executable, "-P", "-m", "cli.work", json.dumps(asdict(self))]


def work(job: Job, place: Place, progress: Progress) -> dict[str, object]:
    """Do the job; return what came out of it, for JSON."""
    snapshot = _snapshot(job, place, progress)
    tag = _known(job, place, snapshot) if job.trusts_recipe and not job.again else None
    found = {"snapshot": {"id": snapshot.id, "rows": snapshot.n_rows}, "effort": job.effort}
    if tag is not None:
        progress.start("training")
        progress.finish(f"known recipe, nothing to train: {tag}")
        return {
            **found,
            "tag": tag,
            "is_new": False,
            "fits": 0,
            "comparison": None,
            "card": None,
            "timings": {},
            "reports": {},
        }
    return {**found, **_train(job, place, snapshot, progress)}


def _snapshot(job: Job, place: Place, progress: Progress) -> Snapshot:
    from herdbook.snapshot import latest_snapshot, open_snapshot
    from training.ingest import ingest, source_of

    if job.ingests:
        source = source_of(job.source, like=place.dataset.source) if job.source is not None else None
        return ingest(place.dataset, place.ledger, source=source, progress=progress)
    if job.snapshot is not None:
        return open_snapshot(place.ledger, place.dataset.name, job.snapshot)
    return latest_snapshot(place.ledger, place.dataset.name)


def _known(job: Job, place: Place, snapshot: Snapshot) -> str | None:
    from herdbook.generation import current_generation
    from herdbook.naming import bind_naming
    from training.recipe import known_model, write_recipe

    recipe = write_recipe(
        place.dataset,
        snapshot.id,
        effort=job.effort,
        seed=job.seed,
        budget_cpu_s=job.budget_cpu_s,
        naming=bind_naming(place.ledger, place.dataset),
    )
    tag = known_model(place.dataset, recipe, place.ledger)
    # A model whose first generation was never written is taken through `train` again, which writes it.
    return tag if tag and current_generation(place.ledger, place.dataset.name) else None


def _train(job: Job, place: Place, snapshot: Snapshot, progress: Progress) -> dict[str, object]:
    from bentos.store import keep
    from training.line import train

    trained = train(
        place.dataset,
        snapshot,
        place.ledger,
        effort=job.effort,
        seed=job.seed,
        budget_cpu_s=job.budget_cpu_s,
        again=job.again,
        jobs=job.jobs,
        spent_s=time.process_time(),
        progress=progress,
        workdir=Path(job.workdir),
        checkpoints=place.settings.state / "training",
    )
    keep(trained.folder, trained.tag)
    return {
        "tag": trained.tag,
        "is_new": trained.is_new,
        "fits": trained.fits,
        "comparison": trained.comparison,
        "card": trained.card,
        "timings": trained.timings,
        "reports": trained.reports,
    }


def main() -> int:
    """Do the job of the command line; return the exit code."""
    job = Job(**json.loads(sys.argv[1]))
    return work_as_child(lambda events: work(job, open_place(job.dataset), events))


if __name__ == "__main__":
    sys.exit(main())
