"""The data service's routes: the contract, its bounds, and what a refusal says."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_provider.encode import PARQUET
from data_provider.limit import MOST_BODY_BYTES

pytestmark = pytest.mark.integration

DATA = "/api/v1/animals/data"
FIVE_NAMES = ["walks_on_n_legs", "height", "weight", "has_wings", "has_tail"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
ANY_REQUEST = st.fixed_dictionaries(
    {"seed": st.integers(-(2**70), 2**70) | ANY_JSON, "number_of_datapoints": st.integers(-5, 50) | ANY_JSON},
    optional={"scenario": ANY_JSON, "noise": ANY_JSON, "include_kind": ANY_JSON, "else": ANY_JSON},
)


@pytest.fixture(scope="module")
def client(data_service: str) -> Iterator[httpx.Client]:
    """Call the running service."""
    with httpx.Client(base_url=data_service, timeout=30, trust_env=False) as client:
        yield client


def ask(client: httpx.Client, n_records: int = 3, **more: Any) -> Any:
    """POST the contract's two fields and more."""
    return client.post(DATA, json={"seed": 1, "number_of_datapoints": n_records, **more})


def test_data_answers_the_contract(client: httpx.Client) -> None:
    """The answer is a JSON array of records in the five names, and the same again when asked again."""
    answers = [ask(client, 20), ask(client, 20)]

    records = answers[0].json()

    assert answers[0].status_code == 200
    assert answers[0].headers["content-type"] == "application/json"
    assert [list(record) for record in records] == [FIVE_NAMES] * 20
    assert [type(value) for value in records[0].values()] == [int, float, float, bool, bool]
    assert answers[0].content == answers[1].content
    assert ask(client, 10).json() == records[:10]


def test_data_gives_parquet_when_asked(client: httpx.Client) -> None:
    """`Accept` chooses Parquet, with the same records."""
    wanted = {"seed": 1, "number_of_datapoints": 3, "include_kind": True}

    answer = client.post(DATA, json=wanted, headers={"Accept": PARQUET})

    assert answer.headers["content-type"] == PARQUET
    assert pq.read_table(io.BytesIO(answer.content)).to_pylist() == ask(client, include_kind=True).json()


@pytest.mark.parametrize(
    ("n_records", "shown"), [(0, "0"), (-1, "-1"), (1_000_001, "1,000,001"), (10**40, "1000")]
)
def test_data_out_of_bounds_is_a_sentence(client: httpx.Client, n_records: int, shown: str) -> None:
    """Too many records, or none, get a 400 that says what was asked and what is possible."""
    answer = ask(client, n_records)

    assert answer.status_code == 400
    assert shown in answer.json()["detail"]
    assert "1 to 1,000,000" in answer.json()["detail"]


@pytest.mark.parametrize(
    "more",
    [
        {"seed": "1"},
        {"seed": 1.5},
        {"seed": True},
        {"seed": 2**63},
        {"scenario": "calm"},
        {"noise": 0.51},
        {"noise": -0.1},
        {"include_kind": 1},
        {"count": 3},
    ],
    ids=repr,
)
def test_data_wrong_field_is_named(client: httpx.Client, more: dict[str, object]) -> None:
    """A wrong or unknown field gets a 422 whose sentence begins with its name."""
    answer = ask(client, **more)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(next(iter(more)))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"\xff", b'{"seed": 1}', b'{"seed": 1' + b"0" * 5_000 + b"}"]
)
def test_data_wrong_body_is_a_sentence(client: httpx.Client, body: bytes) -> None:
    """A body that is no JSON, or no request, gets one sentence."""
    answer = client.post(DATA, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert isinstance(answer.json()["detail"], str)


def test_data_large_body_is_refused(client: httpx.Client) -> None:
    """A body larger than any request gets a 413, a body of just the limit does not."""
    answers = [client.post(DATA, content=b" " * size) for size in (MOST_BODY_BYTES, MOST_BODY_BYTES + 1)]

    assert [answer.status_code for answer in answers] == [422, 413]


def test_data_unknown_format_is_refused(client: httpx.Client) -> None:
    """Who accepts neither format gets a 406 that names both."""
    answer = client.post(DATA, json={"seed": 1, "number_of_datapoints": 1}, headers={"Accept": "text/html"})

    assert answer.status_code == 406
    assert PARQUET in answer.json()["detail"]


@given(wanted=ANY_REQUEST | ANY_JSON)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_data_any_request_gets_records_or_a_sentence(client: httpx.Client, wanted: object) -> None:
    """Whatever is asked, the answer is records or one declared refusal, never a failure."""
    answer = client.post(DATA, content=json.dumps(wanted), headers={"Content-Type": "application/json"})

    if answer.status_code == 200:
        assert isinstance(wanted, dict)
        assert len(answer.json()) == wanted["number_of_datapoints"]
    else:
        assert answer.status_code in {400, 422}
        assert isinstance(answer.json()["detail"], str)


def test_schema_describes_the_record(client: httpx.Client) -> None:
    """The JSON schema requires the five names and says their types."""
    schema = client.get("/api/v1/animals/schema").json()

    types = [schema["properties"][name]["type"] for name in FIVE_NAMES]

    assert schema["required"] == FIVE_NAMES
    assert types == ["integer", "number", "number", "boolean", "boolean"]


def test_health_is_ok(client: httpx.Client) -> None:
    """A probe gets a 200."""
    answer = client.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_openapi_declares_every_answer(client: httpx.Client) -> None:
    """The document declares both formats and every refusal."""
    declared = client.get("/openapi.json").json()["paths"][DATA]["post"]["responses"]

    assert set(declared) == {"200", "400", "406", "413", "422"}
    assert set(declared["200"]["content"]) == {"application/json", PARQUET}
