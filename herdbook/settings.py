"""What a process is told by its environment: one frozen object, built at the door and passed down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from herdbook.errors import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PREFIX = "HERDBOOK_"
FOLDER = f"{PREFIX}FOLDER"
"""Variable that hands down the folder of who ran the command, where relative sources are meant from."""


def _split(value: object) -> object:
    """Take a list from its text: names parted by commas, or JSON."""
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return [name.strip() for name in value.split(",") if name.strip()]
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("names parted by commas, or a JSON list of them") from None


# pydantic-settings would take JSON only, and its failure to do so is no ValidationError
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Every setting of Herdbook; each is read from the variable `HERDBOOK_` + its name; empty is unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    dataset: str | None = None
    """Name of the dataset to work on; may be left out when there is only one."""

    datasets: Path = Path("datasets")
    """Folder of the dataset files."""

    ledger: str = ".herdbook/ledger"
    """Where the book is kept: a folder, or `s3://bucket/prefix?endpoint=http://host:port`."""

    state: Path = Path(".herdbook/state")
    """Folder of private, changing state: the spool of the prediction log, process logs."""

    model: str | None = None
    """Pin: serve this tag (`animals:3f2a9c01d4b7`) whatever the generations say."""

    host: str = "127.0.0.1"
    """Address that the service listens on."""

    port: int = Field(default=3000, ge=1, le=65_535)
    """Port of the service."""

    data_port: int = Field(default=8777, ge=1, le=65_535)
    """Port of the data service that `herdbook up` starts."""

    allowed_hosts: Names = Field(default=LOOPBACK, min_length=1)
    """Host names that the service answers to, parted by commas; a request for another gets 421."""

    allowed_origins: Names = ()
    """Foreign web origins (`https://host`) that may call, parted by commas; another gets 403."""

    steering: Literal["auto", "on", "off"] = "auto"
    """Whether requests may promote, roll back, name clusters and train; `auto`: from loopback only."""

    max_records: int = Field(default=10_000, ge=1, le=1_000_000)
    """Most records in one request."""

    max_body_bytes: int = Field(default=16 * 2**20, ge=1_024)
    """Largest request body, in bytes."""

    batch_rows: int = Field(default=256, ge=1, le=10_000)
    """Most records in one adaptive batch; larger requests run on threads, in chunks of their own."""

    batch_wait_ms: int = Field(default=10, ge=1, le=1_000)
    """Longest time that the batcher may hold a record back, in milliseconds."""

    timeout_s: float = Field(default=30.0, gt=0, le=600)
    """Longest time that one request may take, in seconds."""

    idempotency_s: float = Field(default=3_600, gt=0, le=604_800)
    """How long a repeat under the same `Idempotency-Key` gets the first answer, in seconds."""

    poll_s: float = Field(default=0.2, gt=0, le=60)
    """How often a service looks for a new generation, in seconds."""

    seal_rows: int = Field(default=50_000, ge=1)
    """Seal the worker's log file into a segment once it holds this many rows."""

    seal_s: float = Field(default=30.0, gt=0)
    """Seal the worker's log file once its first row is this old, in seconds."""

    tracing: bool = False
    """Let BentoML trace requests; costs a good part of the throughput."""

    ui_host: str = "127.0.0.1"
    """Address that the UI listens on."""

    ui_port: int = Field(default=7860, ge=1, le=65_535)
    """Port of the UI."""

    ui_allowed_hosts: Names = Field(default=LOOPBACK, min_length=1)
    """Host names that the UI answers to, parted by commas; a request for another gets 421."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        _require_names(self.host, self.allowed_hosts, setting="ALLOWED_HOSTS")
        _require_names(self.ui_host, self.ui_allowed_hosts, setting="UI_ALLOWED_HOSTS")
        return self

    @property
    def can_steer(self) -> bool:
        """Whether requests may change what is served.

        The UI passes on what anybody asks it, so where it listens counts as much as where the service does.
        """
        is_local = self.host in LOOPBACK and self.ui_host in LOOPBACK
        return self.steering == "on" or (self.steering == "auto" and is_local)

    @property
    def spool(self) -> Path:
        """Folder of the prediction log's files that are not sealed yet."""
        return self.state / "spool"


def _require_names(host: str, names: tuple[str, ...], *, setting: str) -> None:
    if host not in LOOPBACK and names == LOOPBACK:
        raise SettingsError(
            PREFIX + setting,
            got=names,
            expected=f"the host names that clients use, since {host} is beyond loopback",
        )


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    SettingsError
        One of the variables is wrong; the sentence names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(name, got=first["input"], expected=_expectation(first["msg"])) from None


def _expectation(said: str) -> str:
    """Turn pydantic's sentence into what may follow "expected".

    >>> _expectation("Input should be a valid integer, unable to parse string as an integer")
    'a valid integer'
    >>> _expectation("Input should be less than or equal to 65535")
    'a number less than or equal to 65535'
    >>> _expectation("Value error, names parted by commas")
    'names parted by commas'
    """
    wanted = said.removeprefix("Value error, ").removeprefix("Input should be ").partition(", unable")[0]
    return f"a number {wanted}" if wanted.startswith(("less", "greater")) else wanted[:1].lower() + wanted[1:]
