"""`herdbook up`: from nothing to a running service and its UI, with one command."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from bentos.training import stop_all
from cli import option
from cli.announce import announce, say_cost
from cli.board import Board
from cli.bring import Parts, bring_up, is_fed_by_ours, require_ports
from cli.console import say, say_json, stdout
from cli.display import Display
from cli.place import Place, open_place
from cli.started import Started
from cli.supervisor import Supervisor
from cli.tally import Tally
from cli.work import Job
from herdbook.settings import load_settings

DEFAULT = "animals"
JOB = ("source", "effort", "seed", "budget_cpu_s", "jobs")


@click.command()
@option.dataset
@click.option(
    "--source", metavar="SOURCE", help="Raw data from this URL, CSV or Parquet file, not the dataset's own."
)
@option.effort
@option.seed
@option.budget
@option.jobs
@option.port
@click.option(
    "--data-port",
    type=option.PORT,
    metavar="PORT",
    help="Port of the data service; HERDBOOK_DATA_PORT or 8777 if left out.",
)
@click.option(
    "--ui-port",
    type=option.PORT,
    metavar="PORT",
    help="Port of the UI; HERDBOOK_UI_PORT or 7860 if left out.",
)
@click.option("--no-ui", is_flag=True, help="Start no UI.")
@option.as_json
def up(as_json: bool, no_ui: bool, **given: Any) -> None:
    """Bring everything up: data, model, service, UI.

    Starts the data service (if the dataset is fed by it), ingests, trains unless the recipe is known,
    starts the service on the current model and the UI before it, and says where they answer. Then a table
    shows how they fare, until Ctrl-C stops them all. With --json it writes one JSON line once all is ready.

    \b
    Examples:
      herdbook up
      herdbook up --dataset iris --port 3100 --no-ui
    """  # noqa: D301 - click keeps the lines of what follows this mark
    began = time.monotonic()
    ports = {name: given.pop(name) for name in ("port", "data_port", "ui_port")}
    place = open_place(given.pop("dataset") or default_dataset(), **ports)
    parts = Parts(data_service=given["source"] is None and is_fed_by_ours(place), ui=not no_ui)
    require_ports(place, parts)
    # Opening probes the store: an unsafe or absent one is refused before anything starts.
    _ = place.ledger
    with _closing(place, silent=as_json), tempfile.TemporaryDirectory(prefix="herdbook-") as workdir:
        job = Job(place.dataset.name, workdir, trusts_recipe=True, **{name: given[name] for name in JOB})
        with Supervisor(place.logs, place.environment()) as supervisor:
            try:
                with Display() as display:
                    found = bring_up(place, supervisor, display, job, parts=parts)
                cost = {"cpu_s": round(supervisor.cpu_s(), 2), "wall_s": round(time.monotonic() - began, 2)}
                stay_up(place, supervisor, found | cost, as_json=as_json)
            except KeyboardInterrupt:
                if not as_json:
                    say("\nStopping everything…")
                raise


def stay_up(place: Place, supervisor: Supervisor, found: dict[str, Any], *, as_json: bool) -> None:
    """Say what is up, then watch over it, with a table for a person, until a signal or an end."""
    if as_json:
        say_json(found)
        return supervisor.watch()
    announce(found)
    say_cost(found)
    tally, started = (
        Tally(place.url, host=place.host_header),
        Started(place.settings.state, place.dataset.name),
    )
    board = Board(
        stdout(),
        tuple(reversed(supervisor.children)),
        logs=place.logs,
        more=started.rows,
        said=lambda: [*tally.read(), *started.lines()],
    )
    return supervisor.watch(board.refresh)


@contextmanager
def _closing(place: Place, *, silent: bool) -> Iterator[None]:
    """End, after all else, the trainings that the service has started: they outlive its processes."""
    try:
        try:
            yield
        finally:
            stop_all(place.settings.state, place.dataset.name)
    except KeyboardInterrupt:
        if not silent:
            say("Stopped: nothing is left running.")
        raise


def default_dataset() -> str | None:
    """Return what is brought up when none is named and there are several: the built-in animals."""
    settings = load_settings()
    is_there = (settings.datasets / f"{DEFAULT}.toml").exists() or not settings.datasets.exists()
    return DEFAULT if settings.dataset is None and is_there else None
