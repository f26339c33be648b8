"""Tables sent as Arrow streams say what the same tables say as JSON, and are answered alike."""

from __future__ import annotations

import sys
from typing import Any

import httpx
import numpy as np
import orjson
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentos.columnar.media import ARROW, COLUMNAR, FORMATS, JSON, PARQUET
from bentos.routes.dataset import describe
from herdbook.client import Client, stream
from herdbook.client.frame import Plan
from herdbook.client.score import score
from tests.bentos.columns import DOG, VALUES, ZOO, as_parquet, as_stream, read
from tests.fixtures.models import dataset_named, small_frame
from tests.fixtures.service import FLOWER, Service

IRIS = dataset_named("iris")
FRAME = pd.DataFrame(small_frame(IRIS)[0], columns=list(IRIS.feature_names)).round(4)
SAID = {**describe(ZOO, {}), "max_records": 20}
COLUMNAR_SAID = {**SAID, "formats": FORMATS}

TEXTS = ["nan", " ", "3", "2.5", "TRUE", "half \ud800"]
cells = st.one_of(*VALUES.values(), st.none(), st.just(float("nan")), st.sampled_from(TEXTS))
columns = st.one_of(
    *(st.lists(each | st.none(), min_size=3, max_size=3) for each in VALUES.values()),
    st.lists(cells, min_size=3, max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*ZOO.feature_names, "key"]), columns, max_size=3), st.booleans())
def test_stream_of_a_table_says_what_its_records_say(strange: dict[str, list[Any]], is_pandas: bool) -> None:
    """Whatever stands in a table, the service reads the same from it, whichever way it is sent."""
    whole = {name: [value] * 3 for name, value in DOG.items()} | {"key": ["a", "b", None]} | strange
    try:
        table = pd.DataFrame(whole) if is_pandas else pl.DataFrame(whole, strict=False)
    except (TypeError, OverflowError, ValueError, UnicodeError):
        return  # no such table

    sent = Plan(table, COLUMNAR_SAID, key="key", prefix="", chunk_rows=10).call(0)
    plain = Plan(table, SAID, key="key", prefix="", chunk_rows=10).call(0)

    assert plain.media_type == JSON
    assert sent.body is not None
    assert plain.body is not None
    assert read(sent.media_type, sent.body) == read(JSON, plain.body)


def test_stream_is_used_for_plain_tables() -> None:
    """Tables as people have them are sent as columns; a text among numbers is what JSON is for."""
    table = pd.DataFrame([DOG] * 3)
    odd = table.assign(height=pd.Series([1.0, "x", 2.0], dtype=object))

    sent = Plan(table, COLUMNAR_SAID, key=None, prefix="", chunk_rows=10).call(0)

    assert sent.media_type == stream.ARROW == ARROW
    assert dict(sent.query) == {"errors": "inline"}
    assert Plan(odd, COLUMNAR_SAID, key=None, prefix="", chunk_rows=10).call(0).media_type == JSON


def test_stream_is_left_where_one_side_does_not_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older service, or a client without pyarrow, speaks JSON."""
    assert stream.is_taken(COLUMNAR_SAID)
    assert not stream.is_taken(SAID)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr(stream, "find_spec", lambda _: None)
    assert not stream.is_taken(COLUMNAR_SAID)


@pytest.mark.integration
@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_predict_frame_is_the_same_either_way(iris_service: Service, make: Any) -> None:
    """Columns, types and values of the answers do not tell how they travelled; only ids are new."""
    given_ = {name: FRAME[name].tolist() for name in FRAME}
    given_["petal_width"] = [99.0, float("nan"), *given_["petal_width"][2:]]
    table = make(given_)
    with Client(iris_service.url) as client:
        said = client.dataset()
        plans = [
            Plan(table, each, key=None, prefix="", chunk_rows=40) for each in (said, {**said, "formats": []})
        ]
        scored = [score(plan, client.ask, concurrency=2, progress=None) for plan in plans]

    columns, records = map(_arrow_of, scored)
    assert columns.schema == records.schema
    for name in columns.column_names[len(given_) :]:
        if name not in ("id", "confidence", "membership") and not name.startswith("probability_"):
            assert columns[name].to_pylist() == records[name].to_pylist(), name
    np.testing.assert_allclose(
        columns["confidence"].drop_null(), records["confidence"].drop_null(), atol=1e-6
    )
    assert (
        columns["error"].to_pylist()[0]
        == "field 'petal_width': got 99.0, expected a number from 0 to 10 (cm)"
    )


def _arrow_of(table: Any) -> pa.Table:
    if isinstance(table, pa.Table):
        return table
    return pa.Table.from_pandas(table) if isinstance(table, pd.DataFrame) else table.to_arrow()


@pytest.mark.integration
def test_service_takes_and_gives_columns(asked: httpx.Client) -> None:
    """Both types, the answer in another type, a bad row inline and refused, a repeat, and who takes none."""
    table = pa.Table.from_pylist([FLOWER, {**FLOWER, "petal_width": -1.0}])
    bodies = {ARROW: as_stream(table), PARQUET: as_parquet(table)}
    expected = asked.post("/predict", json={"records": table.to_pylist(), "errors": "inline"}).json()
    for sent in COLUMNAR:
        for wanted in FORMATS:
            headers = {"Content-Type": sent, "Accept": wanted, "Idempotency-Key": f"{sent}->{wanted}"}
            url = "/predict?errors=inline"
            first = asked.post(url, content=bodies[sent], headers=headers)
            again = asked.post(url, content=bodies[sent], headers=headers)

            assert (first.status_code, first.headers["content-type"]) == (200, wanted)
            assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
            label, problem = _said(first.content, wanted)
            assert label == expected["predictions"][0]["label"]
            assert problem == expected["predictions"][1]

    refused = asked.post("/predict", content=bodies[ARROW], headers={"Content-Type": ARROW})
    strict = asked.post("/predict?errors=no", content=bodies[ARROW], headers={"Content-Type": ARROW})
    elsewhere = asked.post("/predict_one", content=bodies[ARROW], headers={"Content-Type": ARROW})

    assert (refused.status_code, refused.json()["faults"][0]["record"]) == (422, 1)
    assert (strict.status_code, strict.json()["kind"]) == (422, "ParameterError")
    assert elsewhere.status_code == 415


def _said(body: bytes, media_type: str) -> tuple[str, dict[str, Any]]:
    """Give the label of the first row and the problem of the second."""
    if media_type == JSON:
        first, second = orjson.loads(body)["predictions"]
        return first["label"], second
    source = pa.BufferReader(body)
    table = pq.read_table(source) if media_type == PARQUET else pa.ipc.open_stream(source).read_all()
    first, second = table.to_pylist()
    return first["label"], orjson.loads(second["problem"])
