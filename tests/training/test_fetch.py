"""Fetching over HTTP: patience with what may go away, a sentence for what will not."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from herdbook.errors import SourceError
from herdbook.source import HttpSource
from tests.fixtures.other_data import Mishap, OtherDataService
from training import fetch
from training.fetch import fetch_records

REQUEST = {"seed": 4, "number_of_datapoints": 5}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "FIRST_PAUSE_S", 0.01)


def source(url: str, **more: Any) -> HttpSource:
    """Declare a data service as the source."""
    return HttpSource(kind="http", url=url, request=REQUEST, **more)


@pytest.mark.parametrize(
    "mishaps",
    [
        [Mishap(503), Mishap(500), Mishap(502), Mishap(504)],
        [Mishap(429, headers={"Retry-After": "0"}), Mishap(408)],
        [Mishap(0), Mishap(0)],
        [Mishap(200, b"[", headers={"Content-Length": "9"})],
        [Mishap(pause_s=1.0)],
    ],
    ids=["5xx", "asked to wait", "hung up", "torn", "slow"],
)
def test_fetch_tries_again(other_data: OtherDataService, mishaps: list[Mishap]) -> None:
    """What may go away is asked again, with the same request, until the answer is there."""
    other_data.mishaps = list(mishaps)

    records = fetch_records(source(other_data.url, timeout_s=0.5))

    assert records == other_data.records(**REQUEST)
    assert other_data.asked == [REQUEST] * (len(mishaps) + 1)


def test_fetch_gives_up_after_its_retries(other_data: OtherDataService) -> None:
    """It asks once and then as often as the retries say, and says what it saw last."""
    other_data.mishaps = [Mishap(503)] * 9

    with pytest.raises(SourceError, match="status 503, in 3 attempts"):
        fetch_records(source(other_data.url, retries=2))

    assert len(other_data.asked) == 3


def test_fetch_nobody_there_is_a_sentence() -> None:
    """A port where nobody listens gets a sentence with the cure."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/data"

        with pytest.raises(SourceError, match=r"cannot be reached .* start the data service"):
            fetch_records(source(url, retries=1))


def test_fetch_refusal_is_not_repeated(other_data: OtherDataService) -> None:
    """A 4xx is final: the sentence shows what the service said."""
    other_data.mishaps = [Mishap(422, b"seed: too odd")]

    with pytest.raises(SourceError, match="status 422: seed: too odd"):
        fetch_records(source(other_data.url))

    assert len(other_data.asked) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "not JSON"),
        (b'[{"height": NaN}]', "NaN is no JSON number"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"records": []}', "got dict"),
        (b"null", "got NoneType"),
        (b"[]", "got an empty array"),
        (b"[{}, 7]", "record 1 is 7"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
def test_fetch_other_answers_are_a_sentence(other_data: OtherDataService, body: bytes, said: str) -> None:
    """Whatever is no array of records is refused, and the sentence says what came."""
    other_data.mishaps = [Mishap(200, body)]

    with pytest.raises(SourceError, match=said):
        fetch_records(source(other_data.url))


def test_fetch_answer_is_bounded(other_data: OtherDataService, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is larger than the limit is left alone as soon as that shows."""
    monkeypatch.setattr(fetch, "MOST_BODY_BYTES", 2**20)
    other_data.mishaps = [Mishap(200, b" " * (2**20 + 1))]

    with pytest.raises(SourceError, match="larger than 1 MiB"):
        fetch_records(source(other_data.url))


def test_fetch_wrong_url_is_a_sentence() -> None:
    """A URL that is none gets a sentence, not a traceback."""
    with pytest.raises(SourceError, match="it is no URL"):
        fetch_records(source("http://127.0.0.1:port/data"))


def test_fetch_ignores_proxies_on_loopback(
    other_data: OtherDataService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy in the environment does not stand between two programs of one machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    records = fetch_records(source(other_data.url, retries=0))

    assert len(records) == 5
