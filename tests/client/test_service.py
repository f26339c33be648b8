"""The client, and BentoML's own, against the real service."""

from __future__ import annotations

from typing import Any

import bentoml
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herdbook.client import Assignment, Client, InvalidRecordError, Prediction, RowError, UnsendableError
from tests.client.conftest import Face
from tests.fixtures.models import dataset_named, small_frame
from tests.fixtures.service import FLOWER, Service

pytestmark = pytest.mark.integration
IRIS = dataset_named("iris")
FRAME = pd.DataFrame(small_frame(IRIS)[0], columns=list(IRIS.feature_names)).round(4)
SCORED = [
    "label",
    "confidence",
    "probability_setosa",
    "cluster",
    "membership",
    "outlier",
    "id",
    "model",
    "error",
]


def test_client_answers_are_typed(iris_service: Service, face: Face) -> None:
    """Predictions, places and refusals are what they say they are."""
    one = face.ask(iris_service.url, "predict_one", {**FLOWER, "key": "k"})
    good, bad = face.ask(
        iris_service.url, "predict", [FLOWER, {**FLOWER, "petal_width": "x"}], errors="inline"
    )
    (place,) = face.ask(iris_service.url, "cluster", [FLOWER])

    assert isinstance(one, Prediction)
    assert (one.label, one.key, good.key) == (good.label, "k", None)
    assert isinstance(bad, RowError)
    assert (bad.record, bad.faults[0].field) == (1, "petal_width")
    assert isinstance(place, Assignment)
    assert place.model == one.model


def test_client_finds_what_it_asked_in_the_log(iris_service: Service, face: Face) -> None:
    """A prediction is in the history once, although it was asked for twice under one key."""
    asked = [{**FLOWER, "key": f"once-{face}"}]
    first = face.ask(iris_service.url, "predict", asked, idempotency_key=f"k{id(face)}")
    again = face.ask(iris_service.url, "predict", asked, idempotency_key=f"k{id(face)}")

    rows = face.ask(iris_service.url, "every", key=f"once-{face}")

    assert first == again
    assert [row["id"] for row in rows] == [first[0].id]


def test_client_raises_what_the_service_says(iris_service: Service, face: Face) -> None:
    """A bad record names its field, before and after it is sent."""
    with pytest.raises(InvalidRecordError, match="field 'petal_width': got 'x'"):
        face.ask(iris_service.url, "predict_one", {**FLOWER, "petal_width": "x"})
    with pytest.raises(UnsendableError, match="field 'petal_width': got nan"):
        face.ask(iris_service.url, "predict", [{**FLOWER, "petal_width": float("nan")}])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_predict_frame_gives_the_same_kind_of_table(iris_service: Service, face: Face, make: Any) -> None:
    """All columns are kept in their order, and those of the answers stand after them."""
    columns = {**{name: FRAME[name].tolist() for name in FRAME}, "note": ["x"] * len(FRAME)}

    scored = face.ask(iris_service.url, "predict_frame", make(columns), chunk_rows=17)

    assert type(scored) is type(make(columns))
    names = list(getattr(scored, "column_names", None) or scored.columns)
    assert names[: len(columns)] == list(columns)
    assert set(SCORED) <= set(names)
    assert len(scored) == len(FRAME)


def test_predict_frame_tells_errors_inline_and_keeps_the_index(iris_service: Service) -> None:
    """A bad row has an error and nothing else; the table that was given stays as it was."""
    frame = FRAME.head(4).astype({"petal_width": object}).set_axis([7, 7, "a", "b"])
    frame.iloc[1, 3] = "wide"
    frame.iloc[2, 3] = pd.NA
    before = frame.copy(deep=True)
    seen: list[tuple[int, int]] = []

    with Client(iris_service.url) as client:
        scored = client.predict_frame(frame, chunk_rows=2, progress=lambda *each: seen.append(each))

    assert list(scored.index) == [7, 7, "a", "b"]
    assert scored["error"].isna().tolist() == [True, False, False, True]
    assert "got 'wide'" in scored["error"].iloc[1]
    assert scored["label"].isna().tolist() == [False, True, True, False]
    assert seen == [(2, 4), (4, 4)]
    pd.testing.assert_frame_equal(frame, before)


def test_predict_frame_refuses_columns_that_it_adds(iris_service: Service) -> None:
    """A table that has a label keeps it: the answers take another name."""
    frame = FRAME.assign(label="mine")
    with Client(iris_service.url) as client:
        with pytest.raises(UnsendableError, match=r"'label'.*prefix"):
            client.predict_frame(frame)
        scored = client.predict_frame(frame, prefix="said_")

    assert set(scored["label"]) == {"mine"}
    assert scored["said_label"].notna().all()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(FRAME))), chunk_rows=st.integers(min_value=1, max_value=70))
def test_predict_frame_is_the_same_in_every_order(
    iris_service: Service, order: list[int], chunk_rows: int
) -> None:
    """However the rows are shuffled and cut, each gets the answer that it gets alone."""
    with Client(iris_service.url) as client:
        straight = client.predict_frame(FRAME)
        shuffled = client.predict_frame(FRAME.iloc[order], chunk_rows=max(chunk_rows, 8)).sort_index()

    assert shuffled["label"].tolist() == straight["label"].tolist()
    assert shuffled["cluster"].tolist() == straight["cluster"].tolist()
    np.testing.assert_allclose(shuffled["confidence"], straight["confidence"], atol=1e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what bentoml imports
def test_bentoml_client_works_as_it_is(iris_service: Service) -> None:
    """Whoever has BentoML needs no client of ours."""
    with bentoml.SyncHTTPClient(iris_service.url) as client:
        many = client.predict(records=[FLOWER, FLOWER])
        one = client.predict_one(**FLOWER)
        places = client.cluster(records=[FLOWER])
    # BentoML leaves its folder to the garbage collector, which complains in a later test
    client._temp_dir.cleanup()

    assert [each["label"] for each in many["predictions"]] == [one["prediction"]] * 2
    assert places["model"] == many["model"] == one["model_used"]
