"""What the client does when a service misbehaves: asks again where that is safe, else says why not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from herdbook.client import (
    BrokenAnswerError,
    BusyError,
    ClientError,
    ConflictError,
    InvalidRecordError,
    NotFoundError,
    RefusedError,
    ServiceAwayError,
)
from tests.client.conftest import Face
from tests.client.misbehaving import SLOW_S, misbehaving
from tests.fixtures.s3_server import free_ports

RECORDS = [{"x": 1}, {"x": 2}]
STEER: dict[str, Any] = {"why": "test", "who": "test"}


@pytest.mark.parametrize(
    "way", ["busy", "away", "slow answer", "at work", "proxy", "drop", "half", "slow", "wait a second"]
)
def test_predict_is_asked_again_under_the_same_key(way: str, face: Face) -> None:
    """Whatever may pass is tried again, and the service can tell that it is the same request."""
    with misbehaving(way, way) as server:
        answers = face.ask(server.url, "predict", RECORDS, timeout_s=SLOW_S / 3)

    assert [answer.label for answer in answers] == ["a", "a"]
    assert len(server.asked) == 3
    assert len({(each.key, each.body) for each in server.asked}) == 1
    assert server.asked[0].key


def test_predict_of_another_call_has_another_key(face: Face) -> None:
    """Two calls are two wishes, unless the caller says that they are one."""
    with misbehaving() as server:
        face.ask(server.url, "predict", RECORDS)
        face.ask(server.url, "predict", RECORDS)
        face.ask(server.url, "predict", RECORDS, idempotency_key="mine")

    assert len({each.key for each in server.asked}) == 3
    assert server.asked[2].key == "mine"


def test_retry_waits_as_long_as_the_service_asks(face: Face) -> None:
    """A Retry-After of a second is a second at least."""
    with misbehaving("wait a second") as server:
        began = time.monotonic()
        face.ask(server.url, "health")

    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize(
    ("way", "kind"),
    [("busy", BusyError), ("away", BusyError), ("proxy", BusyError), ("drop", ServiceAwayError)],
)
def test_retry_ends(way: str, kind: type[ClientError], face: Face) -> None:
    """After its retries the client says what was the matter."""
    with misbehaving(*[way] * 9) as server, pytest.raises(kind):
        face.ask(server.url, "predict", RECORDS, retries=2)

    assert len(server.asked) == 3


def test_retry_does_not_wait_for_an_hour(face: Face) -> None:
    """A service that asks for a long wait is not waited for; the error says how long."""
    with misbehaving("wait for an hour") as server, pytest.raises(BusyError) as caught:
        face.ask(server.url, "health")

    assert caught.value.retry_after_s == 3600
    assert len(server.asked) == 1


@pytest.mark.parametrize("way", ["drop", "half", "slow", "away", "proxy", "slow answer"])
@pytest.mark.parametrize("method", ["promote", "start_training"])
def test_steering_is_not_sent_twice_once_it_may_have_arrived(method: str, way: str, face: Face) -> None:
    """A promotion or a training whose answer got lost is not asked for again."""
    given: tuple[str, ...] = ("tag",) if method == "promote" else ()
    wanted = STEER if method == "promote" else {}
    with misbehaving(way) as server, pytest.raises(ClientError) as caught:
        face.ask(server.url, method, *given, **wanted, timeout_s=SLOW_S / 3)

    assert len(server.asked) == 1
    if isinstance(caught.value, ServiceAwayError):
        assert caught.value.may_have_arrived
        assert "look whether it was done" in str(caught.value)


def test_steering_that_was_not_begun_is_asked_again(face: Face) -> None:
    """A full queue begins nothing."""
    with misbehaving("busy") as server:
        face.ask(server.url, "promote", "tag", **STEER)

    assert len(server.asked) == 2


@pytest.mark.parametrize("way", ["garbage", "null", "too few", "moved", "foreign", "huge"])
def test_answer_that_is_not_of_the_service_is_told(way: str, face: Face) -> None:
    """What is no answer of ours is neither believed nor asked for again, and says the URL."""
    kind = ClientError if way == "huge" else BrokenAnswerError
    with misbehaving(way) as server, pytest.raises(kind) as caught:
        face.ask(server.url, "predict", RECORDS, timeout_s=SLOW_S / 3, retries=0)

    assert server.url in str(caught.value)
    assert len(server.asked) == 1


def test_answer_that_drips_ends_in_time(face: Face) -> None:
    """A byte now and then does not keep a caller for ever."""
    with misbehaving("dribble") as server, pytest.raises(ServiceAwayError, match="in time"):
        face.ask(server.url, "health", timeout_s=SLOW_S / 4, retries=0)


@pytest.mark.parametrize(
    ("way", "kind", "status"),
    [
        ("conflict", ConflictError, 409),
        ("missing", NotFoundError, 404),
        ("no record", InvalidRecordError, 422),
        ("reused", RefusedError, 422),
        ("wrong", RefusedError, 500),
    ],
)
def test_refusal_is_raised_at_once(way: str, kind: type[RefusedError], status: int, face: Face) -> None:
    """What will not pass is said as the service says it."""
    with misbehaving(way) as server, pytest.raises(kind) as caught:
        face.ask(server.url, "predict", RECORDS)

    error = caught.value
    assert type(error) is kind
    assert (error.status, error.request_id, str(error)) == (status, "r1", f"this is {error.kind}")
    assert len(server.asked) == 1


def test_service_that_is_away_is_told(face: Face) -> None:
    """Nobody listens: after its retries the client names the URL and the cure."""
    url = f"http://127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(ServiceAwayError, match=f"{url} does not answer after 2 attempts .* `herdbook serve`"):
        face.ask(url, "promote", "tag", **STEER, retries=1)


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1"])
def test_url_that_is_none_is_told_at_once(url: str, face: Face) -> None:
    """Asking again cannot help."""
    with pytest.raises(ClientError):
        face.ask(url, "health", retries=1_000)
