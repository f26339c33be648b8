"""Options that several commands share."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
SAID_WHY = "Why; it stands in the ledger for ever."
PORT = click.IntRange(1, 65_535)


def text(given: str) -> str:
    """Take an argument that is text; what a shell may pass else cannot be compared or stored."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise click.BadParameter(f"{given!r} is no UTF-8 text") from None
    return given


def dataset(command: Command) -> Command:
    """Add `--dataset`."""
    said = "Dataset to work on; HERDBOOK_DATASET, or the only one, if left out."
    return click.option("-d", "--dataset", metavar="NAME", help=said)(command)


def as_json(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with JSON on stdout.")(command)


def port(command: Command) -> Command:
    """Add `--port`."""
    said = "Port of the service; HERDBOOK_PORT or 3000 if left out."
    return click.option("-p", "--port", type=PORT, metavar="PORT", help=said)(command)


def url(command: Command) -> Command:
    """Add `--url`."""
    said = "Service to ask, as http://host:port; the local one if left out."
    return click.option("--url", metavar="URL", help=said)(command)


def effort(command: Command) -> Command:
    """Add `--effort`."""
    said = "How widely to search; the number of fits is shown before they run."
    kinds = click.Choice(["quick", "thorough"])
    return click.option("--effort", type=kinds, default="quick", show_default=True, help=said)(command)


def seed(command: Command) -> Command:
    """Add `--seed`."""
    said = "Seed of the training; the dataset's own if left out."
    return click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", help=said)(command)


def budget(command: Command) -> Command:
    """Add `--budget`."""
    said = "Seconds of CPU that the training may take, over all cores; the dataset file's if left out."
    kind = click.FloatRange(min=0, min_open=True)
    return click.option("--budget", "budget_cpu_s", type=kind, metavar="CPU_S", help=said)(command)


def jobs(command: Command) -> Command:
    """Add `--jobs`."""
    said = "Processes to train with, one for each core if left out; the model is the same."
    return click.option("--jobs", type=click.IntRange(min=1), metavar="N", help=said)(command)


def reason(command: Command) -> Command:
    """Add `--why` (required) and `--who`."""
    why = click.option("--why", required=True, type=text, metavar="TEXT", help=SAID_WHY)
    return why(_who(command))


def reason_or(default: str) -> Callable[[Command], Command]:
    """Add `--why`, which is `default` if left out, and `--who`."""
    why = click.option("--why", default=default, type=text, metavar="TEXT", help=SAID_WHY)
    return lambda command: why(_who(command))


def _who(command: Command) -> Command:
    said = "Who decides; your user name if left out."
    return click.option("--who", default=_me, type=text, metavar="NAME", help=said)(command)


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
