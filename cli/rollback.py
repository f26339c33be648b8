"""`herdbook rollback`: let an earlier champion serve again."""

from __future__ import annotations

import click

from cli import option
from cli.place import open_place
from cli.promote import say_generation
from herdbook.generation import roll_back


@click.command()
@click.option("--to", type=click.IntRange(min=1), metavar="N", help="Generation whose champion serves again.")
@option.dataset
@option.reason
@option.as_json
def rollback(to: int | None, dataset: str | None, why: str, who: str, as_json: bool) -> None:
    """Let the champion before the current one serve again.

    That is a new generation too: nothing is taken out of the book. A second rollback goes one further back.

    \b
    Examples:
      herdbook rollback --dataset animals --why "it calls calves dogs"
      herdbook rollback --to 1 --why "the one we know"
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(dataset)
    generation = roll_back(place.ledger, place.dataset.name, who=who, why=why, to=to)
    say_generation(place, generation, as_json=as_json)
