"""`herdbook models`: which models there are, and who serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from cli import option
from cli.console import say, say_json, say_table
from cli.moment import clock
from cli.place import open_place
from cli.scores import headline


@click.command()
@option.dataset
@option.as_json
def models(dataset: str | None, as_json: bool) -> None:
    """List models and generations: who served, and why.

    Of each generation it says since when it serves, who decided, and for what reason. A model answers by its
    graph, or by scikit-learn if it has none: it is older than graphs, or its card says why.

    \b
    Examples:
      herdbook models --dataset animals
      herdbook models --dataset animals --json
    """  # noqa: D301 - click keeps the lines of what follows this mark
    from herdbook.generation import list_generations
    from herdbook.registry import list_models

    place = open_place(dataset)
    found = list_models(place.ledger, place.dataset.name)
    generations = [asdict(generation) for generation in list_generations(place.ledger, place.dataset.name)]
    champion = generations[-1]["champion"] if generations else None
    if as_json:
        answer = {
            "dataset": place.dataset.name,
            "champion": champion,
            "models": found,
            "generations": generations,
        }
        say_json(answer)
    elif not found:
        say(f"{place.dataset.name} has no model yet; `herdbook up` or `herdbook train` makes one")
    else:
        _say(found, generations, champion)


def _say(found: list[dict[str, Any]], generations: list[dict[str, Any]], champion: str | None) -> None:
    rows = [
        ["●" if model["tag"] == champion else "", model["tag"], *headline(model).values(), name_engine(model)]
        for model in found
    ]
    say_table(["", "model", *headline(found[0]), "answers by"], rows)
    if generations:
        say("")
        heads = ["generation", "champion", "since (UTC)", "who", "why"]
        newest_first = reversed(generations)
        say_table(
            heads,
            [
                [each["number"], each["champion"], clock(each["time_us"]), each["who"], each["why"]]
                for each in newest_first
            ],
        )


def name_engine(model: Mapping[str, Any]) -> str:
    """Name what computes a model's answers, as a list of models tells it.

    >>> name_engine({"compiled": {"graph": True}}), name_engine({"compiled": None})
    ('graph', 'scikit-learn')
    """
    return "graph" if (model["compiled"] or {}).get("graph") else "scikit-learn"
