"""What a command works on: settings, dataset and ledger, from the environment and the options."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cli.child import ROOT
from herdbook.dataset import Dataset, find_dataset
from herdbook.generation import current_generation
from herdbook.ledger import Ledger, open_ledger
from herdbook.settings import FOLDER, LOOPBACK, PREFIX, Settings, load_settings

ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound


@dataclass(frozen=True)
class Site:
    """Settings of one command; the ledger is opened (and probed) when it is first asked for."""

    settings: Settings

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of the settings."""
        return open_ledger(self.settings.ledger)

    @property
    def logs(self) -> Path:
        """Folder of the processes' logs."""
        return self.settings.state / "logs"

    @property
    def url(self) -> str:
        """Where the service answers on this machine."""
        return _url(self.settings.host, self.settings.port)

    @property
    def ui_url(self) -> str:
        """Where the UI answers on this machine."""
        return _url(self.settings.ui_host, self.settings.ui_port)

    @property
    def host_header(self) -> str | None:
        """A Host that the service answers to, when it does not answer to the URL's."""
        allowed = self.settings.allowed_hosts
        return None if set(LOOPBACK) & set(allowed) else allowed[0]


@dataclass(frozen=True)
class Place(Site):
    """A site, and the one dataset that a command works on."""

    dataset: Dataset

    def environment(self) -> dict[str, str]:
        """Return the environment of child processes, which run in other folders: paths are absolute in it."""
        settings = self.settings
        has_scheme = "://" in settings.ledger
        home, path = os.environ.get("BENTOML_HOME"), os.environ.get("PYTHONPATH")
        return {
            **os.environ,
            **({"BENTOML_HOME": str(Path(home).absolute())} if home else {}),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *([path] if path else [])]),
            **private_environment(),
            FOLDER: str(Path.cwd()),
            f"{PREFIX}DATASET": self.dataset.name,
            f"{PREFIX}DATASETS": str(settings.datasets.absolute()),
            f"{PREFIX}LEDGER": settings.ledger if has_scheme else str(Path(settings.ledger).absolute()),
            f"{PREFIX}STATE": str(settings.state.absolute()),
            f"{PREFIX}HOST": settings.host,
            f"{PREFIX}PORT": str(settings.port),
            f"{PREFIX}DATA_PORT": str(settings.data_port),
            f"{PREFIX}UI_HOST": settings.ui_host,
            f"{PREFIX}UI_PORT": str(settings.ui_port),
            "PYTHONUNBUFFERED": "1",
        }


def _url(host: str, port: int) -> str:
    """Write where something that listens on a host and port answers on this machine."""
    reached = "127.0.0.1" if host in ANY_ADDRESS else host
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"


def private_environment() -> dict[str, str]:
    """Return the variables that keep libraries from sending anything off the machine."""
    return {"BENTOML_DO_NOT_TRACK": "True", "DO_NOT_TRACK": "1"}


def open_site(**options: object) -> Site:
    """Open the site that the environment names; options that are not None win over it.

    Relative paths stand in the folder that the command runs in; without a `datasets` folder there, the
    clone's is taken.
    """
    settings = load_settings()
    given = {name: option for name, option in options.items() if option is not None}
    if not settings.datasets.exists() and not settings.datasets.is_absolute():
        given["datasets"] = ROOT / settings.datasets
    return Site(settings.model_copy(update=given))


def open_place(dataset: str | None = None, **options: object) -> Place:
    """Open the site, and in it the named dataset, the one of the settings, or the only one there can be."""
    settings = open_site(**options).settings
    return Place(settings, find_dataset(settings, dataset or settings.dataset or _only_served(settings)))


def _only_served(settings: Settings) -> str | None:
    """Return the only dataset that has a champion, so that after one `up` no command need be told which."""
    known = [path.stem for path in settings.datasets.glob("*.toml")]
    if len(known) < 2:
        return None
    ledger = open_ledger(settings.ledger)
    served = [name for name in known if current_generation(ledger, name) is not None]
    return served[0] if len(served) == 1 else None
