"""Options that several commands share."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
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


def reason(command: Command) -> Command:
    """Add `--why` (required) and `--who`."""
    said_why, said_who = "Why; it stands in the ledger for ever.", "Who decides; your user name if left out."
    why = click.option("--why", required=True, type=text, metavar="TEXT", help=said_why)
    who = click.option("--who", default=_me, type=text, metavar="NAME", help=said_who)
    return why(who(command))


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
