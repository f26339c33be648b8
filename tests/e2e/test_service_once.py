"""A request that is sent again under its key is answered as before and logged once, also over kill -9."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bentos.shape import ProblemShape
from herdbook.prediction_log.history import history
from tests.fixtures.load import wait_until
from tests.fixtures.models import dataset_named
from tests.fixtures.service import FLOWER, READY_S, Book, Service

pytestmark = pytest.mark.integration
IRIS = dataset_named("iris")
TWO_WORKERS = {"BENTOML_CONFIG_OPTIONS": "services.herdbook.workers=2"}
CLIENTS, KEYS, REPEATS = 8, 30, 3
AGAIN = (409, 429, 502, 503, 504)


def logged(book: Book) -> list[str]:
    """Read the id of every logged prediction."""
    spool = Path(book.environment["HERDBOOK_STATE"]) / "spool"
    return [row["id"] for row in history(book.ledger, spool, IRIS, limit=100_000).rows]


def records(nth: int) -> dict[str, Any]:
    """Give the body of a key: one record or several."""
    return {"records": [FLOWER | {"key": f"{nth}-{each}"} for each in range(1 + nth % 3)]}


class Storm:
    """Clients that each send every request several times, and repeat what failed until it is answered.

    Attributes
    ----------
    answers
        Every body that was answered under each key.
    n_asked, n_replayed
        How many requests were sent, and how many were answered with an earlier answer.
    """

    def __init__(self, service: Service) -> None:
        self.answers: dict[int, set[bytes]] = defaultdict(set)
        self.n_asked, self.n_replayed, self.n_done = 0, 0, 0
        self._service = service
        self._threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]

    def start(self) -> None:
        """Let all clients begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all are answered."""
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        # a connection of its own for each request: the kernel deals them out to both workers
        with self._service.client(headers={"Connection": "close"}) as client:
            for nth in range(KEYS):
                for _ in range(REPEATS):
                    self._ask(client, nth)
                    self.n_done += 1

    def _ask(self, client: httpx.Client, nth: int) -> None:
        headers = {"Idempotency-Key": f"key-{nth}"}
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            self.n_asked += 1
            try:
                answer = client.post("/predict", json=records(nth), headers=headers)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code == httpx.codes.OK:
                self.answers[nth].add(answer.content)
                self.n_replayed += "Idempotency-Replayed" in answer.headers
                return
            assert answer.status_code in AGAIN, answer.text
            time.sleep(0.02)
        raise AssertionError("it was not answered in time")


def test_retry_storm_over_killed_workers_logs_each_key_once(
    book: Book, running_service: Callable[..., Service]
) -> None:
    """Clients send equal keys at once while workers are killed: one answer a key, its rows logged once."""
    service = running_service(book.environment | TWO_WORKERS)
    wait_until(lambda: len(service.workers()) == 2)
    storm = Storm(service)

    storm.start()
    for share in (0.2, 0.5):
        wait_until(lambda share=share: storm.n_done > share * CLIENTS * KEYS * REPEATS)  # type: ignore[misc]
        wait_until(lambda: len(service.workers()) == 2)
        service.workers()[0].kill()
    storm.join()

    assert [len(storm.answers[nth]) for nth in range(KEYS)] == [1] * KEYS
    bodies = [httpx.Response(200, content=body).json() for found in storm.answers.values() for body in found]
    answered = [each["id"] for body in bodies for each in body["predictions"]]
    assert sorted(logged(book)) == sorted(answered)
    assert len(answered) == sum(1 + nth % 3 for nth in range(KEYS))
    assert storm.n_replayed >= CLIENTS * KEYS * REPEATS - 2 * KEYS


@pytest.mark.parametrize("path", ["/predict", "/predict_one"])
def test_repeat_is_answered_byte_for_byte_and_said_to_be_one(asked: httpx.Client, path: str) -> None:
    """Headers tell the first answer from its repeat; the body does not."""
    headers = {"Idempotency-Key": f"repeat of {path}".replace(" ", "-")}

    first, again = (asked.post(path, json=FLOWER, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert [each.headers.get("Idempotency-Replayed") for each in (first, again)] == [None, "true"]


def test_key_of_another_body_is_refused_and_a_refused_body_frees_its_key(asked: httpx.Client) -> None:
    """A key names one request; one that was refused had no answer that could be kept."""
    headers = {"Idempotency-Key": "reused"}
    bodies: list[Any] = [{"records": [{}]}, FLOWER, FLOWER | {"key": "x"}]

    wrong, right, other = (asked.post("/predict", json=body, headers=headers) for body in bodies)

    kinds = [ProblemShape.model_validate(each.json()).kind for each in (wrong, other)]
    assert [each.status_code for each in (wrong, right, other)] == [422, 200, 422]
    assert kinds == ["RecordError", "IdempotencyKeyReusedError"]


def test_answer_outlives_the_service(book: Book, running_service: Callable[..., Service]) -> None:
    """Another service on the same state folder gives the answer of the one before, and logs nothing."""
    headers = {"Idempotency-Key": "the-same"}
    first = running_service(book.environment)
    said = httpx.post(f"{first.url}/predict", json=FLOWER, headers=headers, timeout=60)
    workers = first.workers()
    first.kill()
    psutil.wait_procs(workers, timeout=60)

    second = running_service(book.environment)
    again = httpx.post(f"{second.url}/predict", json=FLOWER, headers=headers, timeout=60)

    assert again.content == said.content
    assert logged(book) == [said.json()["id"]]
