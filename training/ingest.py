"""Ingest: raw records from a source, frozen in the ledger exactly as they were received."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import urlsplit

import pyarrow as pa

from herdbook.dataset import Dataset
from herdbook.errors import SourceError
from herdbook.ledger import Ledger
from herdbook.received import table_of
from herdbook.snapshot import Snapshot, freeze
from herdbook.source import BuiltinSource, CsvSource, HttpSource, ParquetSource, Source
from training.fetch import fetch_records, name_source
from training.progress import QUIET, Progress
from training.table import read_builtin, read_csv, read_parquet

DEFAULT_REQUEST = {"seed": 0, "number_of_datapoints": 2000}
COUNT = "number_of_datapoints"


def ingest(
    dataset: Dataset, ledger: Ledger, *, source: Source | None = None, progress: Progress = QUIET
) -> Snapshot:
    """Take in the raw records of the dataset's source, or of another, as a snapshot.

    The same records again are the same snapshot, with one more arrival.

    Raises
    ------
    SourceError
        The records cannot be fetched or read; the sentence says why and what to do.
    LedgerError
        The ledger cannot keep them.
    """
    source = source or dataset.source
    progress.start(f"ingest {dataset.name} from {_name(source)}")
    snapshot = _freeze(dataset, ledger, source)
    progress.advance(snapshot.n_rows)
    progress.finish(f"{snapshot.n_rows:,} records{_shortfall(source, snapshot)}, snapshot {snapshot.id[:12]}")
    return snapshot


def source_of(text: str, *, like: Source | None = None) -> Source:
    """Turn what a person typed into a source: a URL, a path to a CSV or Parquet file, or `iris`.

    The URL of a data service takes the request of `like`, if that is one too, else 2,000 records with seed 0.

    Raises
    ------
    SourceError
        It is none of these.
    """
    suffix = PurePath(urlsplit(text).path).suffix.lower()
    is_url = text.startswith(("http://", "https://"))
    if is_url and suffix in {".csv", ".parquet"}:
        raise SourceError(
            text, problem="it names a file on a web server", cure="download it and give its path"
        )
    if is_url:
        request = like.request if isinstance(like, HttpSource) else DEFAULT_REQUEST
        return HttpSource(kind="http", url=text, request=request)
    if suffix == ".csv":
        return CsvSource(kind="csv", path=text)
    if suffix == ".parquet":
        return ParquetSource(kind="parquet", path=text)
    if text == "iris":
        return BuiltinSource(kind="builtin", name="iris")
    cure = "give http://host:port/path, a file ending in .csv or .parquet, or iris"
    raise SourceError(text, problem="it is no source that Herdbook knows", cure=cure)


def _freeze(dataset: Dataset, ledger: Ledger, source: Source) -> Snapshot:
    named = _name(source)
    match source:
        case HttpSource():
            return freeze(ledger, dataset.name, _table_of_http(source), source=named, request=source.request)
        case CsvSource():
            return freeze(ledger, dataset.name, read_csv(source), source=named, request={}, text=True)
        case ParquetSource():
            return freeze(ledger, dataset.name, read_parquet(source), source=named, request={})
        case BuiltinSource():
            return freeze(ledger, dataset.name, read_builtin(source), source=named, request={})


def _table_of_http(source: HttpSource) -> pa.Table:
    records = fetch_records(source)
    try:
        return table_of(records)
    except (UnicodeError, pa.ArrowException) as error:
        problem = f"its records cannot be kept as a table ({error})"
        raise SourceError(name_source(source), problem=problem, cure="check what the source sends") from None


def _name(source: Source) -> str:
    match source:
        case HttpSource():
            return name_source(source)
        case CsvSource() | ParquetSource():
            return source.path
        case BuiltinSource():
            return f"scikit-learn:{source.name}"


def _shortfall(source: Source, snapshot: Snapshot) -> str:
    asked = source.request.get(COUNT) if isinstance(source, HttpSource) else None
    return f" of {asked:,} asked for" if isinstance(asked, int) and asked != snapshot.n_rows else ""
