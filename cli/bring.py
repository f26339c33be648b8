"""Bringing all of `herdbook up` up, in order: data service, training, service and UI."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cli.announce import curl_line, example_record
from cli.child import Child
from cli.display import Display
from cli.place import Place
from cli.port import require_free_port
from cli.serve import PORT_SETTING, serve_command
from cli.supervisor import Supervisor
from cli.train import budget_of, run_job
from cli.work import Job
from herdbook.errors import ModelMissingError, SchemaMismatchError, SettingsError
from herdbook.generation import current_generation, promotion
from herdbook.predictor import require_match
from herdbook.registry import model_card
from herdbook.settings import LOOPBACK, Settings

DATA_HOST = "127.0.0.1"
DATA_SETTING = "--data-port or HERDBOOK_DATA_PORT"
UI_SETTING = "--ui-port or HERDBOOK_UI_PORT"
DATA_READY_S, READY_S = 60.0, 180.0


class Parts(NamedTuple):
    """What runs beside the service."""

    data_service: bool
    ui: bool


def bring_up(
    place: Place, supervisor: Supervisor, display: Display, job: Job, *, parts: Parts
) -> dict[str, Any]:
    """Start and do everything in order; return what a person or a program is told."""
    urls = {"UI": place.ui_url} if parts.ui else {}
    urls |= {
        "API": f"{place.url}/docs",
        "Current model": f"{place.url}/models/current",
        "Prediction log": f"{place.url}/predictions",
        "Health": f"{place.url}/health",
    }
    if parts.data_service:
        data_url = start_data_service(place, supervisor, display)
        urls["Data service"] = f"{data_url}/docs"
        job = replace(job, source=data_url + urlsplit(source_url(place) or "").path)
    trained = run_job(supervisor, job, display, budget_cpu_s=budget_of(job, place))
    require_servable(place, trained["tag"])
    model, generation = start_faces(place, supervisor, display, has_ui=parts.ui)
    example = example_record(place.dataset, lambda: model_card(place.ledger, model))
    serving = {"service": place.url, "model": model, "generation": generation, "example": example}
    return {
        "dataset": place.dataset.name,
        **trained,
        **serving,
        "urls": urls,
        "curl": curl_line(place.url, example),
        "logs": {child.name: str(child.log) for child in supervisor.children},
    }


def require_ports(place: Place, parts: Parts) -> None:
    """Raise, before anything starts, if a port that is needed is taken, or needed twice."""
    settings = place.settings
    wanted = [("service", settings.host, settings.port, PORT_SETTING)]
    if parts.data_service:
        wanted.append(("data service", DATA_HOST, settings.data_port, DATA_SETTING))
    if parts.ui:
        wanted.append(("UI", settings.ui_host, settings.ui_port, UI_SETTING))
    for (first, _, port, _), (_, _, same, setting) in combinations(wanted, 2):
        if port == same:
            variable = setting.rpartition(" ")[2]
            raise SettingsError(variable, got=same, expected=f"another port than the {first}'s")
    for what, host, port, setting in wanted:
        require_free_port(host, port, what=what, setting=setting)


def is_fed_by_ours(place: Place) -> bool:
    """Tell whether the dataset's source is our data service on this machine, at its usual port."""
    address = urlsplit(source_url(place) or "")
    return address.hostname in LOOPBACK and address.port == Settings.model_fields["data_port"].default


def source_url(place: Place) -> str | None:
    """Return the URL of the dataset's data service, if it has one."""
    source = place.dataset.source
    return source.url if source.kind == "http" else None


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


def start_faces(
    place: Place, supervisor: Supervisor, display: Display, *, has_ui: bool
) -> tuple[str, int | None]:
    """Start the service and the UI side by side; return the model served, and its generation, when ready.

    Their ports are looked at once more: a training may have lasted for hours.
    """
    require_ports(place, Parts(data_service=False, ui=has_ui))
    display.start("service")
    service = supervisor.start("service", serve_command(place))
    ui = start_ui(place, supervisor) if has_ui else None
    supervisor.wait_ready(service, f"{place.url}/readyz", host=place.host_header, timeout_s=READY_S)
    display.finish(place.url)
    if ui is not None:
        display.start("UI")
        supervisor.wait_ready(ui, f"{place.ui_url}/health", timeout_s=READY_S)
        display.finish(place.ui_url)
    if place.settings.model is not None:
        return place.settings.model, None
    generation = current_generation(place.ledger, place.dataset.name)
    assert generation is not None, "a service without a model is not ready"
    return generation.champion, generation.number


def start_ui(place: Place, supervisor: Supervisor) -> Child:
    """Start the UI, a client of the service like any other."""
    settings = place.settings
    told = {
        "--service": place.url,
        "--host": settings.ui_host,
        "--port": str(settings.ui_port),
        "--allowed-hosts": ",".join(settings.ui_allowed_hosts),
    }
    if place.host_header is not None:
        told["--service-host-header"] = place.host_header
    command = [sys.executable, "-m", "ui", *(word for option in told.items() for word in option)]
    return supervisor.start("UI", command)
