"""Ingest: what a source sends is what the ledger keeps, whoever sends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_iris

from herdbook.dataset import Dataset, load_dataset
from herdbook.errors import SourceError
from herdbook.ledger import Ledger
from herdbook.snapshot import arrivals
from herdbook.source import CsvSource, HttpSource, ParquetSource
from tests.fixtures.data import ROOT
from tests.fixtures.other_data import Mishap, OtherDataService
from training.ingest import ingest, source_of

REQUEST = {"seed": 4, "number_of_datapoints": 300}


class Told:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def start(self, step: str, total: int | None = None) -> None:
        """Remember the step."""
        self.said.append((step, total))

    def advance(self, units: int = 1) -> None:
        """Remember the units."""
        self.said.append(units)

    def finish(self, note: str = "") -> None:
        """Remember the note."""
        self.said.append(note)


@pytest.fixture(scope="module")
def animals() -> Dataset:
    """Load the animals dataset file."""
    return load_dataset(ROOT / "datasets" / "animals.toml")


def http(url: str, **more: Any) -> HttpSource:
    """Declare a data service as the source."""
    return HttpSource(kind="http", url=url, request=REQUEST, **more)


@pytest.mark.integration
def test_ingest_from_our_service_keeps_what_was_sent(
    data_service: str, animals: Dataset, ledger: Ledger
) -> None:
    """The snapshot holds exactly the records that the service answers."""
    url = f"{data_service}/api/v1/animals/data"

    snapshot = ingest(animals, ledger, source=http(url))

    sent = httpx.post(url, json=REQUEST, trust_env=False).json()
    assert snapshot.table().to_pylist() == sent
    assert snapshot.columns == ("walks_on_n_legs", "height", "weight", "has_wings", "has_tail")
    assert not snapshot.text


@pytest.mark.integration
def test_ingest_again_is_one_more_arrival(data_service: str, animals: Dataset, ledger: Ledger) -> None:
    """The same records again are the same snapshot, and the book says that they came twice, from where."""
    source = http(f"{data_service}/api/v1/animals/data")

    first, second = ingest(animals, ledger, source=source), ingest(animals, ledger, source=source)

    came = arrivals(ledger, "animals", first.id)
    assert second.id == first.id
    assert [(one["source"], one["request"]) for one in came] == [(source.url, REQUEST)] * 2


def test_ingest_from_another_service_sends_the_contract_only(
    other_data: OtherDataService, animals: Dataset, ledger: Ledger
) -> None:
    """Another implementation, which refuses unknown fields and orders names its own way, works too."""
    snapshot = ingest(animals, ledger, source=http(other_data.url))

    assert other_data.asked == [REQUEST]
    assert snapshot.table().to_pylist() == other_data.records(**REQUEST)
    assert snapshot.columns == ("has_tail", "weight", "height", "has_wings", "walks_on_n_legs")


def test_ingest_dataset_source_is_the_default(
    other_data: OtherDataService, animals: Dataset, ledger: Ledger
) -> None:
    """Without an override, the dataset file says where from and what to ask for."""
    asked = animals.source.model_copy(update={"url": other_data.url})

    snapshot = ingest(animals.model_copy(update={"source": asked}), ledger)

    assert snapshot.n_rows == 2_000
    assert other_data.asked == [{"seed": 0, "number_of_datapoints": 2000}]


def test_ingest_tells_its_progress(other_data: OtherDataService, animals: Dataset, ledger: Ledger) -> None:
    """It names the source without a password in it, counts the records and names the snapshot."""
    told = Told()
    secret = other_data.url.replace("http://", "http://me:secret@")

    snapshot = ingest(animals, ledger, source=http(secret), progress=told)

    kept = arrivals(ledger, "animals", snapshot.id)[0]["source"]
    assert kept == other_data.url
    assert told.said == [
        (f"ingest animals from {other_data.url}", None),
        300,
        f"300 records, snapshot {snapshot.id[:12]}",
    ]


def test_ingest_from_csv_keeps_the_text(tmp_path: Path, animals: Dataset, ledger: Ledger) -> None:
    """Every value is the text that stands in the file: zeros, blanks, empty values, quoted lines."""
    path = tmp_path / "animals.csv"
    path.write_bytes('\ufeffid,height,note\n007,1.50,"a,\nb"\n,NA, x \n1e5,,null\n'.encode())

    snapshot = ingest(animals, ledger, source=CsvSource(kind="csv", path=str(path)))

    assert snapshot.text
    assert snapshot.table().to_pylist() == [
        {"id": "007", "height": "1.50", "note": "a,\nb"},
        {"id": "", "height": "NA", "note": " x "},
        {"id": "1e5", "height": "", "note": "null"},
    ]


def test_ingest_from_parquet_keeps_the_values(tmp_path: Path, animals: Dataset, ledger: Ledger) -> None:
    """Integers, floats, booleans, text and missing values come through as they are."""
    path = tmp_path / "animals.parquet"
    table = pa.table(
        {"legs": pa.array([4, None], pa.int16()), "height": [0.1, 2.5], "tail": [True, None], "n": ["a", ""]}
    )
    pq.write_table(table, path)

    snapshot = ingest(animals, ledger, source=ParquetSource(kind="parquet", path=str(path)))

    assert snapshot.table().to_pylist() == table.to_pylist()
    assert not snapshot.text


def test_ingest_iris_is_scikit_learns(ledger: Ledger) -> None:
    """The built-in table has the dataset's features, the species as text, and scikit-learn's values."""
    iris = load_dataset(ROOT / "datasets" / "iris.toml")

    snapshot = ingest(iris, ledger)

    table = snapshot.table()
    assert snapshot.columns == (*iris.feature_names, iris.target)
    assert np.array_equal(np.column_stack(table.columns[:4]), load_iris().data)
    assert table.column("species").value_counts().to_pylist() == [
        {"values": name, "counts": 50} for name in ("setosa", "versicolor", "virginica")
    ]


def test_ingest_impossible_name_is_a_sentence(
    other_data: OtherDataService, animals: Dataset, ledger: Ledger
) -> None:
    """A name with half a surrogate pair, which no table can hold, is refused with a sentence."""
    other_data.mishaps = [Mishap(body=b'[{"\\ud800": 1}]')]

    with pytest.raises(SourceError, match="cannot be kept as a table"):
        ingest(animals, ledger, source=http(other_data.url))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("http://127.0.0.1:8777/api/v1/animals/data", "http"),
        ("https://example.org/data", "http"),
        ("sales.csv", "csv"),
        ("some/where/SALES.CSV", "csv"),
        ("sales.parquet", "parquet"),
        ("iris", "builtin"),
    ],
)
def test_source_of_knows_every_kind(text: str, kind: str) -> None:
    """A URL, a path and iris each become their source."""
    source = source_of(text)

    assert source.kind == kind


@pytest.mark.parametrize(
    "text", ["", "sales.xlsx", "ftp://example.org/data", "https://example.org/sales.csv"]
)
def test_source_of_unknown_is_a_sentence(text: str) -> None:
    """Anything else is refused, and the sentence says what is possible."""
    with pytest.raises(SourceError, match=r"give (http|its path)"):
        source_of(text)


def test_source_of_takes_the_request_of_the_dataset(animals: Dataset) -> None:
    """Another URL is asked what the dataset's own source is asked."""
    like = http("http://127.0.0.1:1/")

    assert source_of("http://127.0.0.1:2/", like=like) == http("http://127.0.0.1:2/")
    assert source_of("http://127.0.0.1:2/").request == animals.source.request
