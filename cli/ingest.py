"""`herdbook ingest`: raw records, frozen in the ledger exactly as they were received."""

from __future__ import annotations

import click

from cli import option
from cli.console import say, say_json
from cli.display import Display
from cli.place import open_place


@click.command()
@click.argument("source", required=False)
@option.dataset
@option.as_json
def ingest(source: str | None, dataset: str | None, as_json: bool) -> None:
    """Freeze raw records as a snapshot.

    SOURCE is the URL of a data service, a .csv or a .parquet file; the dataset's own source if left out.
    The same records again are the same snapshot with one more arrival.

    \b
    Examples:
      herdbook ingest --dataset iris
      herdbook ingest herd.csv --dataset animals
    """  # noqa: D301 - click keeps the lines of what follows this mark
    from herdbook.snapshot import arrivals
    from training.ingest import ingest as freeze_records
    from training.ingest import source_of

    place = open_place(dataset)
    given = source_of(source, like=place.dataset.source) if source is not None else None
    with Display() as display:
        snapshot = freeze_records(place.dataset, place.ledger, source=given, progress=display)
    n_arrivals = len(arrivals(place.ledger, place.dataset.name, snapshot.id))
    if as_json:
        columns = list(snapshot.columns)
        found = {
            "dataset": place.dataset.name,
            "snapshot": snapshot.id,
            "rows": snapshot.n_rows,
            "columns": columns,
        }
        say_json({**found, "arrivals": n_arrivals})
        return
    times = "once" if n_arrivals == 1 else f"{n_arrivals} times"
    say(f"snapshot {snapshot.id}")
    say(f"{snapshot.n_rows:,} rows of {', '.join(snapshot.columns)}; it arrived {times}")
