"""`herdbook history`: who was told what, when, and by which model."""

from __future__ import annotations

import re
from typing import Any

import click

from cli import option
from cli.console import say, say_json, say_table
from cli.moment import clock, moment
from cli.place import Place, open_place

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def prediction_id(text: str) -> str:
    """Take the id of a prediction, in the one spelling that the log compares."""
    if not UUID.fullmatch(text.lower()):
        raise click.BadParameter(
            f"{text!r} is no id of a prediction; give a UUID, as a page before ends with"
        )
    return text.lower()


@click.command()
@option.dataset
@click.option(
    "--since", type=moment, metavar="TIME", help="From then on: 2h, 3d, 2026-05-01, 2026-05-01T12:00:00Z."
)
@click.option("--until", type=moment, metavar="TIME", help="Before then.")
@click.option("--label", type=option.text, metavar="LABEL", help="Only predictions of this label.")
@click.option("--model", type=option.text, metavar="TAG", help="Only predictions by this model.")
@click.option("--key", type=option.text, metavar="KEY", help="Only predictions of records with this key.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Most rows to show."
)
@click.option(
    "--before", type=prediction_id, metavar="ID", help="Only predictions before this one: the next page."
)
@option.url
@option.as_json
def history(dataset: str | None, url: str | None, as_json: bool, **wanted: Any) -> None:
    """Show the prediction log, newest first.

    Reads the ledger and this machine's spool directly, so no service need run; with --url it asks a service.

    \b
    Examples:
      herdbook history --dataset animals --since 2h --label dog
      herdbook history --key hen-7 --json
    """  # noqa: D301 - click keeps the lines of what follows this mark
    place = open_place(dataset)
    page = _ask(url, wanted) if url else _read(place, wanted)
    if as_json:
        say_json(page)
        return
    _say(page)


def _read(place: Place, wanted: dict[str, Any]) -> dict[str, Any]:
    from herdbook.prediction_log.history import history as read_history

    times = {"start_us": wanted.pop("since"), "end_us": wanted.pop("until")}
    page = read_history(place.ledger, place.settings.spool, place.dataset, **times, **wanted)
    return {"predictions": page.rows, "next": page.next}


def _ask(url: str, wanted: dict[str, Any]) -> dict[str, Any]:
    from herdbook.client import Client

    times = {"start": wanted.pop("since"), "end": wanted.pop("until")}
    with Client(url) as client:
        page = client.history(**times, **wanted)
    return {"predictions": page.rows, "next": page.next}


def _say(page: dict[str, Any]) -> None:
    rows = page["predictions"]
    if not rows:
        say("no predictions")
        return
    has_key = any(row.get("key") for row in rows)
    heads = ["time (UTC)", *(["key"] if has_key else []), "label", "confidence", "id"]
    say_table(heads, [[_cell(row, head) for head in heads] for row in rows])
    if page.get("next"):
        say(f"more: the same with --before {page['next']}")


def _cell(row: dict[str, Any], head: str) -> object:
    if head == "time (UTC)":
        return clock(row["time_us"])[5:]
    if head == "label" and row["outlier"]:
        return f"{row['label']} (outlier)"
    return row.get(head)
