"""`herdbook report`: the page of a model's evaluation or of a discovery."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli import option
from cli.champion import champion_of
from cli.console import say_json
from cli.discovery import names_of
from cli.page import show_page, write_page
from cli.place import Place, open_place, open_site
from herdbook.errors import ReportMissingError
from herdbook.tag import is_tag, split_tag

AGAIN = "train with `herdbook train --again`, which keeps one"
NAME_IT = "give a model's tag, a dataset, or 8 digits or more of a report that `herdbook discover` printed"


@click.command()
@click.argument("wanted", metavar="[TAG|REPORT|DATASET]", required=False, type=option.text)
@option.dataset
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the page here."
)
@click.option("--no-open", "stays_shut", is_flag=True, help="Open no browser.")
@option.as_json
def report(
    wanted: str | None, dataset: str | None, out: Path | None, stays_shut: bool, as_json: bool
) -> None:
    """Write the page of a report, and open it.

    Of a model, by its TAG, it is its evaluation; of a DATASET, by its name, that of its champion, and so it
    is if nothing is named; of a REPORT, by its name's first digits, the discovery. The page is one file that
    needs no network. It is opened on a terminal with a screen.

    \b
    Examples:
      herdbook report animals
      herdbook report animals:3f2a9c01d4b7 --out page.html --no-open
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place, name, html = _page(wanted, dataset)
    path = write_page(place, name, html, out=out)
    if as_json:
        say_json({"page": str(path), "dataset": place.dataset.name})
    else:
        show_page(path, opens=not stays_shut)


def _page(wanted: str | None, dataset: str | None) -> tuple[Place, str, str]:
    """Render the page that is meant, and give it with its place and the name of its file."""
    about = _dataset_of(wanted)
    if about is not None and dataset not in {None, about}:
        raise click.UsageError(f"{wanted} is not of dataset {dataset}")
    if wanted is None or wanted == about:
        return _of_model(champion_of(open_place(about or dataset)))
    return _of_discovery(wanted, dataset) if about is None else _of_model(wanted)


def _dataset_of(wanted: str | None) -> str | None:
    """Tell of which dataset a tag is, or that a text is a dataset's name; None for anything else."""
    if wanted is not None and is_tag(wanted):
        return split_tag(wanted)[0]
    return wanted if wanted in _known() else None


def _known() -> list[str]:
    return sorted(path.stem for path in open_site().settings.datasets.glob("*.toml"))


def _of_model(tag: str) -> tuple[Place, str, str]:
    from herdbook.recipe import recall_report
    from herdbook.registry import model_card
    from pages.evaluation import render

    dataset, version = split_tag(tag)
    place = open_place(dataset)
    card = model_card(place.ledger, tag)
    evaluation = recall_report(place.ledger, "evaluation", tag)
    if evaluation is None:
        raise ReportMissingError(f"of the evaluation of {tag}", cure=AGAIN)
    return place, f"{dataset}-{version}", render(card, evaluation)


def _of_discovery(digits: str, dataset: str | None) -> tuple[Place, str, str]:
    from herdbook.discovery import read_discovery
    from pages.discovery import render

    place, name = _find(digits, dataset)
    found: dict[str, Any] = {**read_discovery(place.ledger, place.dataset.name, name), "report": name}
    names = {str(number): said for number, said in names_of(place, found).items()}
    return place, f"discovery-{name[:12]}", render(found, names=names)


def _find(digits: str, dataset: str | None) -> tuple[Place, str]:
    """Find a discovery's report by its first digits, in the named dataset or in any that there is."""
    from herdbook.discovery import find_discovery

    names = _known() if dataset is None else [dataset]
    for place in map(open_place, names):
        try:
            return place, find_discovery(place.ledger, place.dataset.name, digits)
        except ReportMissingError:
            if len(names) == 1:
                raise
    raise ReportMissingError(f"{digits!r}, and neither a model nor a dataset is called so", cure=NAME_IT)
