"""`herdbook`: the group of all commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from cli.compare import compare
from cli.console import say_error
from cli.discover import discover
from cli.doctor import doctor
from cli.history import history
from cli.ingest import ingest
from cli.models import models
from cli.predict import predict
from cli.promote import promote
from cli.report import report
from cli.reproduce import reproduce
from cli.rollback import rollback
from cli.serve import serve
from cli.supervisor import Stopped
from cli.train import train
from cli.up import up
from cli.version import version
from herdbook.errors import HerdbookError

WORK = (up, ingest, discover, train)
EVIDENCE = (models, report, compare, reproduce)
SERVICE = (promote, rollback, serve, predict, history, doctor)
COMMANDS = WORK + EVIDENCE + SERVICE
FAILED, INTERRUPTED = 1, 130


class InOrder(click.Group):
    """A group that lists its commands in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands as they were added."""
        del ctx
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version(), message="herdbook %(version)s")
def herdbook() -> None:
    """Herdbook: a pedigree for every prediction.

    `herdbook up` does it all: raw data, training and a running service. The other commands are its parts.

    \b
    Exit codes: 0 done, 1 refused or failed (one sentence on stderr says why),
    2 wrong usage, 130 stopped by Ctrl-C.

    Every setting is an environment variable HERDBOOK_…; `herdbook doctor` lists each with its value, and
    says what is missing.
    """  # noqa: D301 - click wraps no paragraph that begins with this mark


for _command in COMMANDS:
    herdbook.add_command(_command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code."""
    try:
        result = herdbook.main(args=arguments, prog_name="herdbook", standalone_mode=False)
    except HerdbookError as error:
        say_error(str(error))
        return FAILED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort as abort:
        cause = abort.__cause__
        return cause.exit_code if isinstance(cause, Stopped) else INTERRUPTED
    return result if isinstance(result, int) else 0


def main() -> NoReturn:
    """Run the command line of this process."""
    sys.exit(run())
