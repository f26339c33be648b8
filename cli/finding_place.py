"""What the doctor finds about the dataset, the ledger, the state folder, the model and the ports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cli.child import ROOT
from cli.finding import Finding, State
from cli.place import Place, open_place
from cli.port import is_port_taken
from cli.supervisor import is_ready
from herdbook.errors import LedgerError
from herdbook.generation import current_generation
from herdbook.settings import LOOPBACK

FREE_BYTES = 2**30
UP = "herdbook up"


def examine_place(dataset: str | None) -> Iterator[Finding]:
    """Examine what the settings name; a dataset that is not named may be any of several."""
    place = open_place(dataset)
    said = f"{place.dataset.name}: {len(place.dataset.features)} features, schema {place.dataset.schema_hash}"
    yield Finding("dataset", State.OK, said)
    yield from _examine_ledger(place)
    yield _examine_state(place)
    yield _examine_model_store()
    yield _examine_port(place)
    yield _examine_data_port(place)
    yield _examine_reach(place)


def _examine_ledger(place: Place) -> Iterator[Finding]:
    try:
        ledger = place.ledger
    except LedgerError as error:
        yield Finding("ledger", State.WRONG, str(error))
        return
    yield Finding("ledger", State.OK, f"{place.settings.ledger}: it creates, and never overwrites")
    if place.settings.model is not None:
        yield Finding("model", State.NOTE, f"{place.settings.model} is pinned by HERDBOOK_MODEL")
    elif generation := current_generation(ledger, place.dataset.name):
        yield Finding("model", State.OK, f"{generation.champion} serves, by generation {generation.number}")
    else:
        yield Finding("model", State.NOTE, f"{place.dataset.name} has no model yet", UP)


def _examine_state(place: Place) -> Finding:
    folder = place.settings.state
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        cure = "give it to this user, or choose another with HERDBOOK_STATE"
        return Finding("state folder", State.WRONG, f"{folder} cannot be written", cure)
    free = shutil.disk_usage(existing).free
    said = f"{folder}: {free / 2**30:.1f} GiB free"
    if free < FREE_BYTES:
        return Finding(
            "state folder", State.WRONG, said, "make room, or choose another disk with HERDBOOK_STATE"
        )
    return Finding("state folder", State.OK, said)


def _examine_model_store() -> Finding:
    home = Path(os.environ.get("BENTOML_HOME", Path.home() / "bentoml"))
    if home.resolve() == ROOT:
        said = f"BENTOML_HOME is the clone, {home}"
        return Finding("model store", State.WRONG, said, "choose another folder, or unset BENTOML_HOME")
    return Finding("model store", State.OK, f"{home}")


def _examine_port(place: Place) -> Finding:
    port = place.settings.port
    if not is_port_taken(place.settings.host, port):
        return Finding("service port", State.OK, f"{port} is free")
    if is_ready(f"{place.url}/readyz", host=place.host_header):
        return Finding("service port", State.OK, f"{port}: a service is ready at {place.url}")
    cure = "stop the program that listens there, or choose another port with HERDBOOK_PORT"
    return Finding("service port", State.WRONG, f"{port} is taken, and no ready service answers there", cure)


def _examine_data_port(place: Place) -> Finding:
    port = place.settings.data_port
    if not is_port_taken("127.0.0.1", port):
        return Finding("data port", State.OK, f"{port} is free")
    if is_ready(f"http://127.0.0.1:{port}/health"):
        return Finding("data port", State.OK, f"{port}: a data service answers")
    cure = "stop the program that listens there, or choose another port with HERDBOOK_DATA_PORT"
    return Finding("data port", State.WRONG, f"{port} is taken, and no data service answers there", cure)


def _examine_reach(place: Place) -> Finding:
    host = place.settings.host
    if host in LOOPBACK:
        return Finding("reach", State.OK, f"{host}: this machine only")
    said = f"{host}: other machines may reach it as {', '.join(place.settings.allowed_hosts)}"
    return Finding("reach", State.NOTE, said, "put a proxy with TLS and authentication before it")
