"""`herdbook promote`: let a model serve, from now on and on record."""

from __future__ import annotations

from dataclasses import asdict

import click

from cli import option
from cli.console import say, say_json
from cli.place import Place, open_place
from herdbook.generation import Generation
from herdbook.generation import promote as write_generation


def say_generation(place: Place, generation: Generation, *, as_json: bool) -> None:
    """Say who serves now, and whether that is news."""
    if as_json:
        say_json(asdict(generation))
    elif generation.is_new:
        followed = f"a running service follows within {place.settings.poll_s * 2 + 1:.0f} s"
        say(f"generation {generation.number}: {generation.champion} serves {place.dataset.name}; {followed}")
    else:
        said = f"{generation.champion} already serves {place.dataset.name}"
        say(f"{said} (generation {generation.number}); nothing was written")


@click.command()
@click.argument("tag")
@option.dataset
@option.reason
@option.as_json
def promote(tag: str, dataset: str | None, why: str, who: str, as_json: bool) -> None:
    """Let a model serve, as a new generation.

    TAG names the model, as `herdbook models` lists it; it becomes the champion. A running service
    follows without a restart and without a failed request.

    \b
    Example:
      herdbook promote animals:3f2a9c01d4b7 --why "it tells calves"
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(dataset or tag.partition(":")[0] or None)
    generation = write_generation(place.ledger, place.dataset.name, tag, who=who, why=why)
    say_generation(place, generation, as_json=as_json)
