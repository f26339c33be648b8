"""`herdbook serve`: the service alone, for the model that the ledger names."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from cli import option
from cli.child import ROOT
from cli.place import Place, open_place
from cli.port import require_free_port

PORT_SETTING = "--port or HERDBOOK_PORT"


def serve_command(place: Place) -> list[str]:
    """Return the command that serves; it runs in the clone."""
    host, port = place.settings.host, str(place.settings.port)
    return [sys.executable, "-m", "bentoml", "serve", "--host", host, "--port", port]


@click.command()
@option.dataset
@option.port
@click.option(
    "--host", metavar="ADDRESS", help="Address to listen on; HERDBOOK_HOST or 127.0.0.1 if left out."
)
def serve(dataset: str | None, port: int | None, host: str | None) -> NoReturn:
    """Serve the current model, and nothing beside it.

    Becomes `bentoml serve` with Herdbook's settings. It follows promotions and rollbacks without a restart.
    Ctrl-C or SIGTERM ends it in order: what was answered is in the prediction log.

    \b
    Example:
      herdbook serve --dataset animals --port 3100
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(dataset, port=port, host=host)
    require_free_port(place.settings.host, place.settings.port, what="service", setting=PORT_SETTING)
    command = serve_command(place)
    os.chdir(ROOT)
    os.execve(command[0], command, place.environment())  # noqa: S606 - our own command, no shell
