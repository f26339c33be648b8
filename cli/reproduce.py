"""`herdbook reproduce`: a model trained anew by its recipe, and how far the two agree."""

from __future__ import annotations

from typing import Any

import click

from cli import option
from cli.console import say_json, say_prose, say_table
from cli.display import Display
from cli.place import open_place
from cli.reproduction import Reproduction
from cli.supervisor import Supervisor
from cli.train import run_job
from herdbook.predictor import GOLDEN_TOLERANCE
from herdbook.registry import model_card
from herdbook.tag import split_tag

NOT_REPRODUCED = 1


@click.command()
@click.argument("tag", type=option.text)
@option.jobs
@option.as_json
def reproduce(tag: str, jobs: int | None, as_json: bool) -> int:
    """Train a model anew by its recipe, and compare the answers.

    TAG names the model, as `herdbook models` lists it. The snapshot, the dataset file of then, the settings
    and the seed come from the ledger; nothing is written there. Exits with 1 if the answers differ.

    \b
    Example:
      herdbook reproduce animals:3f2a9c01d4b7
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(split_tag(tag)[0])
    model_card(place.ledger, tag)  # what is not there is said before a process starts
    with Display() as display, Supervisor(place.logs, place.environment()) as supervisor:
        found = run_job(supervisor, Reproduction(place.dataset.name, tag, jobs), display)
    if as_json:
        say_json(found)
    else:
        _say(found)
    return 0 if found["largest_probability_difference"] <= GOLDEN_TOLERANCE else NOT_REPRODUCED


def _say(found: dict[str, Any]) -> None:
    say_prose(f"\n{found['says']}")
    differ = found["libraries_differ"]
    if differ:
        rows = [[name, versions["then"], versions["now"]] for name, versions in differ.items()]
        say_table(["library", "then", "now"], rows)
