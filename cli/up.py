"""`herdbook up`: from nothing to a running service, with one command."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import click

from cli import option
from cli.announce import announce, curl_line, example_record
from cli.console import say, say_json
from cli.display import Display
from cli.place import Place, open_place
from cli.port import require_free_port
from cli.serve import PORT_SETTING, serve_command
from cli.supervisor import Supervisor
from cli.train import run_job
from cli.work import Job
from herdbook.errors import ModelMissingError, SchemaMismatchError, SettingsError
from herdbook.generation import current_generation, promotion
from herdbook.predictor import require_match
from herdbook.registry import model_card
from herdbook.settings import LOOPBACK, Settings, load_settings

DEFAULT = "animals"
DATA_HOST = "127.0.0.1"
DATA_SETTING = "--data-port or HERDBOOK_DATA_PORT"
DATA_READY_S, READY_S = 60.0, 180.0


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
@option.as_json
def up(as_json: bool, **given: Any) -> None:
    """Bring everything up: data, training, service; Ctrl-C stops it all.

    Starts the data service (if the dataset is fed by it), ingests, trains unless the recipe is known,
    starts the service on the current model and says where it answers. With --json it writes one JSON line
    once all is ready.
    """
    began = time.monotonic()
    place = open_place(
        given["dataset"] or default_dataset(), port=given["port"], data_port=given["data_port"]
    )
    has_data_service = given["source"] is None and is_fed_by_ours(place)
    require_ports(place, has_data_service=has_data_service)
    # Opening probes the store: an unsafe or absent one is refused before anything starts.
    _ = place.ledger
    with _closing_words(silent=as_json), tempfile.TemporaryDirectory(prefix="herdbook-") as workdir:
        job = Job(
            place.dataset.name,
            workdir,
            given["source"],
            effort=given["effort"],
            seed=given["seed"],
            budget_cpu_s=given["budget_cpu_s"],
            jobs=given["jobs"],
            trusts_recipe=True,
        )
        with Supervisor(place.logs, place.environment()) as supervisor:
            try:
                with Display() as display:
                    found = bring_up(place, supervisor, display, job, has_data_service=has_data_service)
                cost = {"cpu_s": round(supervisor.cpu_s(), 2), "wall_s": round(time.monotonic() - began, 2)}
                if as_json:
                    say_json(found | cost)
                else:
                    announce(found | cost)
                supervisor.watch()
            except KeyboardInterrupt:
                if not as_json:
                    say("\nStopping everything…")
                raise


@contextmanager
def _closing_words(*, silent: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if not silent:
            say("Stopped: nothing is left running.")
        raise


def default_dataset() -> str | None:
    """Return what is brought up when none is named and there are several: the built-in animals."""
    settings = load_settings()
    is_there = (settings.datasets / f"{DEFAULT}.toml").exists() or not settings.datasets.exists()
    return DEFAULT if settings.dataset is None and is_there else None


def is_fed_by_ours(place: Place) -> bool:
    """Tell whether the dataset's source is our data service on this machine, at its usual port."""
    address = urlsplit(source_url(place) or "")
    return address.hostname in LOOPBACK and address.port == Settings.model_fields["data_port"].default


def source_url(place: Place) -> str | None:
    """Return the URL of the dataset's data service, if it has one."""
    source = place.dataset.source
    return source.url if source.kind == "http" else None


def require_ports(place: Place, *, has_data_service: bool) -> None:
    """Raise, before anything starts, if a port that is needed is taken."""
    settings = place.settings
    if has_data_service and settings.data_port == settings.port:
        expected = "another port than the service's"
        raise SettingsError("HERDBOOK_DATA_PORT", got=settings.data_port, expected=expected)
    require_free_port(settings.host, settings.port, what="service", setting=PORT_SETTING)
    if has_data_service:
        require_free_port(DATA_HOST, settings.data_port, what="data service", setting=DATA_SETTING)


def bring_up(
    place: Place, supervisor: Supervisor, display: Display, job: Job, *, has_data_service: bool
) -> dict[str, Any]:
    """Start and do everything in order; return what a person or a program is told."""
    urls = {
        "Try it in a browser": f"{place.url}/docs",
        "Current model": f"{place.url}/models/current",
        "Prediction log": f"{place.url}/predictions",
        "Health": f"{place.url}/health",
    }
    if has_data_service:
        data_url = start_data_service(place, supervisor, display)
        urls["Data service"] = f"{data_url}/docs"
        job = replace(job, source=data_url + urlsplit(source_url(place) or "").path)
    trained = run_job(supervisor, job, display)
    require_servable(place, trained["tag"])
    model, generation = start_service(place, supervisor, display)
    example = example_record(place.dataset, lambda: model_card(place.ledger, model))
    serving = {"service": place.url, "model": model, "generation": generation, "example": example}
    return {
        "dataset": place.dataset.name,
        **trained,
        **serving,
        "urls": urls,
        "curl": curl_line(place.url, example),
    }


def require_servable(place: Place, trained: str) -> None:
    """Raise, before the service starts, if what would serve does not fit the dataset file as it stands now.

    It is a person who promotes, so the sentence names the command that lets the model just trained serve.

    Raises
    ------
    ModelMissingError
        The champion, or the pinned model, was trained on another schema.
    """
    generation = current_generation(place.ledger, place.dataset.name)
    pinned = place.settings.model
    serving = pinned or (generation.champion if generation else trained)
    try:
        require_match(serving, model_card(place.ledger, serving), place.dataset)
    except SchemaMismatchError:
        name = place.dataset.name
        wanted = f"that can serve {name} as its file stands now: {serving} was trained on other features"
        cure = f"let {trained}, trained on these, serve with `{promotion(trained)}`"
        if pinned:
            cure = f"pin {trained}, trained on these, with HERDBOOK_MODEL, or unset it"
        raise ModelMissingError(wanted, cure=f"{cure}, then run `herdbook up` again") from None


def start_data_service(place: Place, supervisor: Supervisor, display: Display) -> str:
    """Start the data service; return its URL once it answers."""
    port = place.settings.data_port
    display.start("data service")
    command = [sys.executable, "-m", "data_provider", "--host", DATA_HOST, "--port", str(port)]
    child = supervisor.start("data service", command)
    url = f"http://{DATA_HOST}:{port}"
    supervisor.wait_ready(child, f"{url}/health", timeout_s=DATA_READY_S)
    display.finish(url)
    return url


def start_service(place: Place, supervisor: Supervisor, display: Display) -> tuple[str, int | None]:
    """Start the service; return the model that it serves, and its generation, once it is ready."""
    display.start("service")
    child = supervisor.start("service", serve_command(place))
    supervisor.wait_ready(child, f"{place.url}/readyz", host=place.host_header, timeout_s=READY_S)
    display.finish(place.url)
    if place.settings.model is not None:
        return place.settings.model, None
    generation = current_generation(place.ledger, place.dataset.name)
    assert generation is not None, "a service without a model is not ready"
    return generation.champion, generation.number
