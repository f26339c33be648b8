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

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Start": (up, doctor),
    "Make": (ingest, discover, train),
    "Judge": (report, compare, reproduce),
    "Serve": (serve, predict, promote, rollback),
    "Look back": (models, history),
}
COMMANDS = tuple(command for commands in SECTIONS.values() for command in commands)
FAILED, INTERRUPTED = 1, 130
EXIT_CODES = """\b
Exit codes: 0 done, 1 refused or failed (a sentence on stderr says why),
2 wrong usage, 130 stopped by Ctrl-C.

Every setting is an environment variable HERDBOOK_…; `herdbook doctor` lists each with its value."""


class Sections(click.Group):
    """A group that lists its commands by what a person wants of them, in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands as they were added."""
        del ctx
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section with its commands, whose summaries stand below each other."""
        del ctx
        width = max(len(name) for name in self.commands)
        for head, commands in SECTIONS.items():
            with formatter.section(head):
                lines = [(f"{command.name:<{width}}", command.get_short_help_str(99)) for command in commands]
                formatter.write_dl(lines)


@click.group(
    cls=Sections,
    invoke_without_command=True,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version(), message="herdbook %(version)s")
@click.pass_context
def herdbook(context: click.Context) -> None:
    """Herdbook: a pedigree for every prediction.

    `herdbook up` does it all: data, model, service and UI. The other commands are its parts.

    \b
    Examples:
      herdbook up
      herdbook train --help
    """  # noqa: D301 - click keeps the lines of what follows this mark
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


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
        say_error(wrong_usage(error))
        return error.exit_code
    except click.Abort as abort:
        cause = abort.__cause__
        return cause.exit_code if isinstance(cause, Stopped) else INTERRUPTED
    return result if isinstance(result, int) else 0


def wrong_usage(error: click.ClickException) -> str:
    """Say what click refuses as every other refusal is said: what is wrong, and the cure."""
    said = " ".join(error.format_message().split()).rstrip(".?").replace(". Did you", ", did you")
    said = said[:1].lower() + said[1:]
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{said}; `{context.command_path} --help` shows what it takes" if context else said


def main() -> NoReturn:
    """Run the command line of this process."""
    sys.exit(run())
