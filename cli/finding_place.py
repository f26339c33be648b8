"""What the doctor finds about the dataset, the ledger, the state folder, the model and the ports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path

from cli.child import ROOT
from cli.finding import Finding, State
from cli.finding_model import examine_model
from cli.finding_setting import examine_settings, redact, shown_url
from cli.place import Site, open_site
from cli.port import is_port_taken
from cli.supervisor import is_ready
from herdbook.dataset import find_dataset
from herdbook.errors import DatasetError, LedgerError, SettingsError, StoreAwayError
from herdbook.settings import LOOPBACK

FREE_BYTES = 2**30


def examine_place(dataset: str | None) -> Iterator[Finding]:
    """Examine what the settings name; if no dataset is named, every one that is there."""
    site = open_site()
    yield from examine_settings(site.settings)
    named = dataset or site.settings.dataset
    names = [named] if named else sorted(path.stem for path in site.settings.datasets.glob("*.toml"))
    wrong = yield from _examine_datasets(site, names)
    yield from _examine_ledger(site, names, wrong)
    yield _examine_state(site)
    yield _examine_model_store()
    yield _examine_port(site)
    yield _examine_data_port(site)
    yield _examine_reach(site)


def _examine_datasets(site: Site, names: Sequence[str]) -> Generator[Finding, None, set[str]]:
    """Examine every dataset file, and return the names of those that are wrong."""
    wrong = set()
    for name in names:
        try:
            found = find_dataset(site.settings, name)
        except DatasetError as error:
            wrong.add(name)
            yield Finding("dataset", State.WRONG, str(error))
            continue
        said = f"{name}: {len(found.features)} features, schema {found.schema_hash}"
        yield Finding("dataset", State.OK, said)
    if not names:
        said = f"{site.settings.datasets} holds no dataset"
        cure = "write one, as docs/datasets.md says, or name its folder with HERDBOOK_DATASETS"
        yield Finding("dataset", State.WRONG, said, cure)
    elif len(names) > 1:
        said = f"{', '.join(names)}: none is named"
        yield Finding("dataset", State.NOTE, said, "name the one to serve with HERDBOOK_DATASET or --dataset")
    return wrong


def _examine_ledger(site: Site, names: Sequence[str], wrong: Collection[str]) -> Iterator[Finding]:
    try:
        yield from _examine_book(site, names, wrong)
    except (LedgerError, SettingsError) as error:
        yield Finding("ledger", State.WRONG, redact(str(error), site.settings.ledger))


def _examine_book(site: Site, names: Sequence[str], wrong: Collection[str]) -> Iterator[Finding]:
    url = shown_url(site.settings.ledger)
    try:
        _ = site.ledger  # opening it probes it
    except ValueError:  # of urlsplit
        raise SettingsError("HERDBOOK_LEDGER", got=url, expected="a folder or a whole URL") from None
    yield Finding("ledger", State.OK, f"{url}: it creates, and never overwrites")
    pinned = site.settings.model
    if pinned and len(names) != 1:
        # a service of which no dataset is named takes the pinned model's
        names = [pinned.partition(":")[0]]
    for name in names:
        if name not in wrong:
            yield from _examine_model(site, name)


def _examine_model(site: Site, name: str) -> Iterator[Finding]:
    """Examine one model; what is damaged in the ledger is its fault, unless the whole store is away."""
    try:
        yield from examine_model(site, name)
    except StoreAwayError:
        raise
    except LedgerError as error:
        yield Finding("model", State.WRONG, f"{name}: {redact(str(error), site.settings.ledger)}")


def _examine_state(site: Site) -> Finding:
    folder = site.settings.state
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


def _examine_port(site: Site) -> Finding:
    port = site.settings.port
    if not is_port_taken(site.settings.host, port):
        return Finding("service port", State.OK, f"{port} is free")
    if is_ready(f"{site.url}/readyz", host=site.host_header):
        return Finding("service port", State.OK, f"{port}: a service is ready at {site.url}")
    cure = "stop the program that listens there, or choose another port with HERDBOOK_PORT"
    return Finding("service port", State.WRONG, f"{port} is taken, and no ready service answers there", cure)


def _examine_data_port(site: Site) -> Finding:
    port = site.settings.data_port
    if not is_port_taken("127.0.0.1", port):
        return Finding("data port", State.OK, f"{port} is free")
    if is_ready(f"http://127.0.0.1:{port}/health"):
        return Finding("data port", State.OK, f"{port}: a data service answers")
    cure = "stop the program that listens there, or choose another port with HERDBOOK_DATA_PORT"
    return Finding("data port", State.WRONG, f"{port} is taken, and no data service answers there", cure)


def _examine_reach(site: Site) -> Finding:
    host = site.settings.host
    if host in LOOPBACK:
        return Finding("reach", State.OK, f"{host}: this machine only")
    said = f"{host}: other machines may reach it as {', '.join(site.settings.allowed_hosts)}"
    return Finding("reach", State.NOTE, said, "put a proxy with TLS and authentication before it")
