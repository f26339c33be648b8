"""`herdbook train`: a model from a snapshot, its comparison with the champion, and how to promote it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from cli import option
from cli.allowance import Allowance
from cli.console import say, say_json
from cli.display import Display
from cli.event import Errand, replay
from cli.place import Place, open_place
from cli.scores import say_comparison, say_scores
from cli.supervisor import Supervisor
from cli.work import Job
from herdbook.errors import ProcessError


def run_job(
    supervisor: Supervisor, job: Errand, display: Display, *, budget_cpu_s: float | None = None
) -> dict[str, Any]:
    """Do the job in a process of its own and show its progress; return what came out.

    Raises
    ------
    ProcessError
        The process ended without an answer.
    """
    child = supervisor.start("training", job.command(), folder=Path.cwd(), reads_events=True)
    assert child.process.stdout is not None
    if budget_cpu_s is not None:
        display.allow(Allowance(budget_cpu_s, child.cpu_s))
    answer = replay(child.process.stdout, display)
    code = supervisor.wait_end(child)
    if answer is None:
        raise ProcessError(
            "training", problem=f"ended with exit code {code}", log=child.log, tail=child.tail()
        )
    return answer


def train_place(place: Place, display: Display, **wanted: Any) -> dict[str, Any]:
    """Run one job on a place under a supervisor of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="herdbook-") as workdir,
        Supervisor(place.logs, place.environment()) as supervisor,
    ):
        job = Job(dataset=place.dataset.name, workdir=workdir, **wanted)
        return run_job(supervisor, job, display, budget_cpu_s=budget_of(job, place))


def budget_of(job: Job, place: Place) -> float | None:
    """Give the CPU-seconds that a job may take: asked for, or else the dataset file's, if any."""
    return job.budget_cpu_s or place.dataset.training.budget_cpu_s


@click.command()
@option.dataset
@click.option("--snapshot", metavar="ID", help="Snapshot to train on; the latest if left out.")
@option.effort
@option.seed
@option.budget
@option.jobs
@click.option("--again", is_flag=True, help="Train although the recipe is known.")
@option.as_json
def train(dataset: str | None, as_json: bool, **wanted: Any) -> None:
    """Train a model on a snapshot.

    Training a known recipe (same snapshot, dataset file, search, seed and code) returns the model it made.
    The first model of a dataset serves at once; a later one is compared with the champion, and a person
    promotes it.

    \b
    Examples:
      herdbook train --dataset iris --effort thorough
      herdbook train --dataset animals --seed 1 --budget 120
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(dataset)
    with Display() as display:
        answer = train_place(place, display, ingests=False, **wanted)
    if as_json:
        say_json(answer)
        return
    say_scores(answer["card"], answer["timings"])
    _say(answer)


def _say(answer: dict[str, Any]) -> None:
    tag = answer["tag"]
    known = "" if answer["is_new"] else ", known already: nothing was fitted"
    if answer["comparison"] is None:
        say(f"\n{tag} serves{known}")
    else:
        say_comparison(answer["comparison"])
        say(f"{tag}{known}")
    if "evaluation" in answer["reports"]:
        say(f"The evidence as a page: herdbook report {tag}")
