"""`herdbook predict`: records to a running service, answers to a person, a program or a file."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import option
from cli.console import say, say_aside, say_json, say_table
from cli.display import Display
from cli.place import Place, open_place
from cli.records import read_records
from herdbook.errors import Fault, RecordError
from training.progress import QUIET, Progress

if TYPE_CHECKING:
    from herdbook.client import Client, InvalidRecordError, Prediction

REQUEST_RECORDS = 1_000
RETRIES = 3
"""A person who forgot to start the service hears so within two seconds."""


@click.command()
@click.argument("records")
@option.dataset
@option.port
@option.url
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write a whole file of answers.")
@click.option("--prefix", default="", metavar="TEXT", help="Before the names of the columns that --out adds.")
@click.option("--force", is_flag=True, help="Overwrite the file of --out, and begin it anew.")
@option.as_json
def predict(  # noqa: PLR0913 - click gives each option
    records: str,
    dataset: str | None,
    port: int | None,
    *,
    url: str | None,
    out: Path | None,
    prefix: str,
    force: bool,
    as_json: bool,
) -> None:
    """Ask a running service for predictions.

    RECORDS is inline JSON (one record or a list), a .json, .jsonl or .csv file, or - for stdin.

    With --out, RECORDS is a .csv, .parquet or .jsonl file of any size, and so is the answer: every column of
    it, and beside them label, confidence, probabilities, cluster, outlier, id, model and, for a refused row,
    error. Stopped or killed, the same command goes on where it was; within an hour no row is logged twice by
    that. In CSV the cells of RECORDS are not changed; a text that Herdbook adds and a spreadsheet would run
    as a formula gets a ' before it.

    \b
    Example:
      herdbook predict '{"sepal_length": 5.1, "sepal_width": 3.5,
                         "petal_length": 1.4, "petal_width": 0.2}'
      herdbook predict flowers.csv --out scored.parquet
    """  # noqa: D301 - click wraps no paragraph that begins with this mark
    place = open_place(dataset, port=port)
    if out is None:
        _predict(records, place, url, as_json=as_json)
        return
    from cli.scoring import score_file
    from cli.scoring_run import Wish

    score_file(Wish(Path(records), out, url, prefix, is_forced=force), place, as_json=as_json)


def _predict(records: str, place: Place, url: str | None, *, as_json: bool) -> None:
    from herdbook.client import Client

    given = read_records(records, place.dataset)
    answers: list[Prediction] = []
    header = place.host_header if url is None else None
    try:
        is_long = len(given) > REQUEST_RECORDS
        with (
            Client(url or place.url, retries=RETRIES, host_header=header) as client,
            Display() if is_long else nullcontext(QUIET) as progress,
        ):
            _ask(client, given, progress, answers=answers)
    finally:
        # What was answered stands in the prediction log, even if a later request is refused.
        if answers:
            _tell(answers, len(given), as_json=as_json)


def _ask(
    client: Client, records: list[dict[str, Any]], progress: Progress, *, answers: list[Prediction]
) -> None:
    """Send the records in requests of a bounded size; add each answer to `answers`."""
    from herdbook.client import InvalidRecordError, Prediction

    progress.start("predict", len(records))
    for first in range(0, len(records), REQUEST_RECORDS):
        some = records[first : first + REQUEST_RECORDS]
        try:
            answers += [each for each in client.predict(some) if isinstance(each, Prediction)]
        except InvalidRecordError as error:
            raise (_renumbered(error, first) if first else error) from None
        progress.advance(len(some))
    progress.finish(f"{len(records):,} predictions")


def _renumbered(error: InvalidRecordError, first: int) -> RecordError:
    """Say the same of a request whose first record is not the person's first."""
    faults = [Fault(first + (each.record or 0), each.field, each.got, each.expected) for each in error.faults]
    dataset = error.sentence.partition(":")[0].removeprefix("dataset ")
    return RecordError(dataset, faults, total=error.total_faults)


def _tell(answers: list[Prediction], n_asked: int, *, as_json: bool) -> None:
    """Tell the answers as if they were one."""
    # A promotion in between is possible: say every model that answered.
    models = ", ".join(dict.fromkeys(answer.model for answer in answers))
    if len(answers) < n_asked:
        say_aside(f"only the first {len(answers):,} of {n_asked:,} records were answered, and are logged")
    predictions = [_plain(answer) for answer in answers]
    if as_json:
        say_json({"predictions": predictions, "model": models})
    else:
        _say(predictions, models)


def _plain(answer: Prediction) -> dict[str, Any]:
    """Give an answer as the service gave it."""
    return {name: each for name, each in asdict(answer).items() if name != "model" and each is not None}


def _say(predictions: list[dict[str, Any]], models: str) -> None:
    heads = ["label", "confidence", "cluster", "outlier", "id"]
    if any(each.get("key") for each in predictions):
        heads.insert(0, "key")
    say_table(heads, [[each.get(head) for head in heads] for each in predictions])
    say(f"model {models}")
