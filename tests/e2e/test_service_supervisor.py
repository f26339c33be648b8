"""Workers of a real service end with their supervisor, whenever it is killed."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest

from tests.fixtures.load import wait_until
from tests.fixtures.service import READY_S, Book, Service

pytestmark = pytest.mark.integration


def test_workers_end_with_a_killed_supervisor(book: Book, running_service: Callable[..., Service]) -> None:
    """Nobody lives on and keeps the port when the supervisor is killed."""
    service = running_service(book.environment)
    workers = service.workers()
    assert service.process is not None

    service.process.kill()
    service.process.wait(timeout=10)

    gone, alive = psutil.wait_procs(workers, timeout=60)
    assert (len(gone), alive) == (1, [])


def test_worker_that_starts_ends_with_a_killed_supervisor(
    book: Book, running_service: Callable[..., Service]
) -> None:
    """A worker whose supervisor is killed before the worker could ask to be told of it ends too."""
    service = running_service(book.environment, wait=False)
    assert service.process is not None
    workers: list[psutil.Process] = []

    def has_worker() -> bool:
        workers[:] = service.workers()
        return workers != []

    wait_until(has_worker)

    service.process.kill()
    service.process.wait(timeout=10)

    gone, alive = psutil.wait_procs(workers, timeout=READY_S)
    assert (len(gone), alive) == (1, [])
