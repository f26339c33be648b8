"""`herdbook discover`: which groups are in a snapshot, what they are called, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli import option
from cli.console import say_json
from cli.discovery import Wanted, discover_groups
from cli.display import Display
from cli.groups import DIGITS, say_discovery
from cli.named import parse_names
from cli.page import show_page, write_page
from cli.place import Place, open_place


@click.command()
@click.argument("name", metavar="[DATASET]", required=False)
@option.dataset
@click.option("--snapshot", metavar="ID", help="Snapshot to look at; the latest if left out.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Seed of the stability estimate."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    callback=parse_names,
    metavar="N=NAME",
    help="Call cluster N so, as 2=dog; once for each.",
)
@option.reason_or("names given by hand")
@click.option(
    "--compare", type=option.text, metavar="REPORT", help="Earlier report: its first digits, or latest."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page here, not below the state folder.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@option.as_json
def discover(
    name: str | None, dataset: str | None, as_json: bool, out: Path | None, opens: bool, **wanted: Any
) -> None:
    """Find the groups in a snapshot, describe and name them.

    Checks the rows, clusters them (HDBSCAN), keeps the report in the ledger and writes a page of it, which
    `herdbook report` shows again. No model comes of it. With --json a page is written only where --out or
    --open asks for it.

    Names bind to the report. In a later discovery each cluster that has more than half of its members in
    common with a named one keeps the name, and what changed is shown. Two clusters of one name are one
    class; name both in one command. `--name 2=cluster-2` takes a name away.

    \b
    Examples:
      herdbook discover animals
      herdbook discover animals --name 2=dog --why "they bark"
    """  # noqa: D301 - click keeps the lines of what follows this mark
    if name is not None and dataset is not None and name != dataset:
        raise click.UsageError(f"two datasets are named: {name} and {dataset}")
    place = open_place(name or dataset)
    with Display() as display:
        report = discover_groups(place, Wanted(**wanted), display)
    path = None if as_json and not (out or opens) else _write(place, report, out)
    if as_json:
        say_json(report)
    else:
        say_discovery(place.dataset, report)
    if path is not None:
        show_page(path, opens=opens, is_told=not as_json)


def _write(place: Place, report: dict[str, Any], out: Path | None) -> Path:
    """Write the page; one that shows what changed does not take the place of the report's own."""
    from pages.discovery import render

    changes = report["changes"]
    since = f"-since-{changes['report'][:DIGITS]}" if changes else ""
    html = render(report, names=report["names"], changes=changes)
    return write_page(place, f"discovery-{report['report'][:DIGITS]}{since}", html, out=out)
