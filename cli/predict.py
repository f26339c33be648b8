"""`herdbook predict`: records to a running service, answers to a person or a program."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from cli import option
from cli.console import say, say_json, say_table
from cli.display import Display
from cli.place import open_place
from cli.records import read_records
from training.progress import QUIET, Progress

if TYPE_CHECKING:
    from cli.remote import Remote

REQUEST_RECORDS = 1_000


@click.command()
@click.argument("records")
@option.dataset
@option.port
@option.url
@option.as_json
def predict(records: str, dataset: str | None, port: int | None, url: str | None, as_json: bool) -> None:
    """Ask a running service for predictions.

    RECORDS is inline JSON (one record or a list), a .json, .jsonl or .csv file, or - for stdin.

    \b
    Example:
      herdbook predict '{"sepal_length": 5.1, "sepal_width": 3.5,
                         "petal_length": 1.4, "petal_width": 0.2}'
    """  # noqa: D301 - click wraps no paragraph that begins with this mark
    from cli.remote import Remote

    place = open_place(dataset, port=port)
    given = read_records(records, place.dataset)
    remote = Remote(place, url)
    with Display() if len(given) > REQUEST_RECORDS else nullcontext(QUIET) as progress:
        answer = _ask(remote, given, progress)
    if as_json:
        say_json(answer)
        return
    _say(answer)


def _ask(remote: Remote, records: list[dict[str, Any]], progress: Progress) -> dict[str, Any]:
    """Send the records in requests of a bounded size; the answer is as if it were one request."""
    predictions: list[dict[str, Any]] = []
    models: list[str] = []
    progress.start("predict", len(records))
    for first in range(0, len(records), REQUEST_RECORDS):
        some = records[first : first + REQUEST_RECORDS]
        answer = remote.post("/predict", {"records": some})
        predictions += answer["predictions"]
        models.append(answer["model"])
        progress.advance(len(some))
    progress.finish(f"{len(predictions):,} predictions")
    # A promotion in between is possible: say every model that answered.
    return {"predictions": predictions, "model": ", ".join(dict.fromkeys(models))}


def _say(answer: dict[str, Any]) -> None:
    heads = ["label", "confidence", "cluster", "outlier", "id"]
    if any(each.get("key") for each in answer["predictions"]):
        heads.insert(0, "key")
    say_table(heads, [[each.get(head) for head in heads] for each in answer["predictions"]])
    say(f"model {answer['model']}")
