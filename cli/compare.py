"""`herdbook compare`: whether one of two models is really better."""

from __future__ import annotations

from typing import Any

import click

from cli import option
from cli.champion import champion_of
from cli.console import say_json, say_prose, say_table
from cli.place import open_place
from cli.scores import HEADS, as_sentence, cells
from herdbook.tag import split_tag


@click.command()
@click.argument("first", metavar="TAG", type=option.text)
@click.argument("second", metavar="[TAG]", required=False, type=option.text)
@option.as_json
def compare(first: str, second: str | None, as_json: bool) -> None:
    """Say whether the difference between two models is real.

    With one TAG, it is compared with its dataset's champion. Compares their answers to the same records,
    record by record, each by a model that never saw it; where there are no such records, the two estimates
    alone.

    \b
    Examples:
      herdbook compare animals:3f2a9c01d4b7
      herdbook compare animals:3f2a9c01d4b7 animals:8b6e8e532c07
    """  # noqa: D301 - click keeps the lines of what follows this mark
    from training.compare import compare_models

    place = open_place(split_tag(first)[0])
    other = champion_of(place) if second is None else second
    split_tag(other)
    if first == other:
        problem = "is compared with itself" if second is not None else "is the champion itself"
        raise click.UsageError(f"{first} {problem}; give two models, as `herdbook models` lists them")
    found = compare_models(place.ledger, first, other)
    if as_json:
        say_json(found)
    else:
        _say(found)


def _say(found: dict[str, Any]) -> None:
    headline = found["headline"]
    say_table(
        ["model", *HEADS[1::2]], [[tag, *cells(headline[tag])[::2]] for tag in (found["a"], found["b"])]
    )
    says = found["says"]
    say_prose(f"\n{as_sentence(says, (found['a'], found['b']))}")
    difference = found["difference"]
    if difference is not None:
        values = "{value:+.4f} (95 % interval {low:+.4f} to {high:+.4f})".format(**difference)
        say_prose(f"Difference in log-loss, first less second: {values}.")
    for limit in found["limits"] if found["is_paired"] else []:
        say_prose(f"Note: {limit}.")
