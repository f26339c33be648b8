"""`herdbook predict`: records to a running service, answers to a person or a program."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from cli import option
from cli.console import say, say_aside, say_json, say_table
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
    answers: list[dict[str, Any]] = []
    try:
        is_long = len(given) > REQUEST_RECORDS
        with Remote(place, url) as remote, Display() if is_long else nullcontext(QUIET) as progress:
            _ask(remote, given, progress, answers=answers)
    finally:
        # What was answered stands in the prediction log, even if a later request is refused.
        if answers:
            _tell(answers, len(given), as_json=as_json)


def _ask(
    remote: Remote, records: list[dict[str, Any]], progress: Progress, *, answers: list[dict[str, Any]]
) -> None:
    """Send the records in requests of a bounded size; add each answer to `answers`."""
    progress.start("predict", len(records))
    for first in range(0, len(records), REQUEST_RECORDS):
        some = records[first : first + REQUEST_RECORDS]
        answers.append(remote.post("/predict", {"records": some}, first=first))
        progress.advance(len(some))
    progress.finish(f"{len(records):,} predictions")


def _tell(answers: list[dict[str, Any]], n_asked: int, *, as_json: bool) -> None:
    """Tell the answers as if they were one."""
    predictions = [each for answer in answers for each in answer["predictions"]]
    # A promotion in between is possible: say every model that answered.
    models = ", ".join(dict.fromkeys(answer["model"] for answer in answers))
    if len(predictions) < n_asked:
        say_aside(f"only the first {len(predictions):,} of {n_asked:,} records were answered, and are logged")
    told = {"predictions": predictions, "model": models}
    if as_json:
        say_json(told)
    else:
        _say(told)


def _say(answer: dict[str, Any]) -> None:
    heads = ["label", "confidence", "cluster", "outlier", "id"]
    if any(each.get("key") for each in answer["predictions"]):
        heads.insert(0, "key")
    say_table(heads, [[each.get(head) for head in heads] for each in answer["predictions"]])
    say(f"model {answer['model']}")
