"""`herdbook doctor`: what is in force, what is missing, and the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

import click
from rich.text import Text

from cli import option
from cli.console import DIM, GREEN, RED, say, say_json, stdout
from cli.finding import Finding, State, examine_installation, examine_python
from cli.finding_place import examine_place
from herdbook.errors import HerdbookError

MARKS = {State.OK: ("✓", GREEN), State.NOTE: ("·", "yellow"), State.WRONG: ("✗", RED)}
EXAMINATIONS: tuple[Callable[[str | None], Iterator[Finding]], ...] = (
    examine_python,
    examine_installation,
    examine_place,
)


@click.command()
@option.dataset
@option.as_json
def doctor(dataset: str | None, as_json: bool) -> int:
    """Examine settings, versions, ports and store.

    Says what is in force, and the cure of what is wrong; exits with 1 if something is. Every dataset is
    looked at, or the one that is named. Nothing is changed, but the store is probed with one small object.

    \b
    Examples:
      herdbook doctor
      herdbook doctor --dataset iris --json
    """  # noqa: D301 - click keeps the lines of what follows this mark
    findings = list(examine(dataset))
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        _say(findings)
    return int(any(finding.state is State.WRONG for finding in findings))


def examine(dataset: str | None) -> Iterator[Finding]:
    """Yield every finding; an error of an examination is a finding too."""
    for examination in EXAMINATIONS:
        try:
            yield from examination(dataset)
        except HerdbookError as error:
            yield Finding("settings", State.WRONG, str(error))


def _say(findings: list[Finding]) -> None:
    console = stdout()
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark, colour = MARKS[finding.state]
        name = f" {finding.name:<{width}} "
        console.print(Text.assemble((mark, colour), name, finding.said), soft_wrap=True)
        if finding.cure:
            console.print(Text(f"  {'':<{width}} → {finding.cure}", style=DIM), soft_wrap=True)
    n_wrong = sum(finding.state is State.WRONG for finding in findings)
    say("\nall is well" if not n_wrong else f"\n{n_wrong} to mend")
