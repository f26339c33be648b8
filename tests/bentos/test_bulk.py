"""Large requests are answered in chunks, in order, and for nobody once they are given up."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bentos.bulk import Bulk
from bentos.exchange import Share
from herdbook.predictor import Answers
from tests.bentos.test_batch import Echo, ticket


class Slow(Echo):
    """A model that answers once it may."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.may_go = threading.Event()

    def predict(self, frame: NDArray[np.float64]) -> Answers:
        """Answer each row with itself, later."""
        assert self.may_go.wait(timeout=60)
        return super().predict(frame)


def test_bulk_answers_in_order() -> None:
    """Rows come back in their places, whichever thread answered them."""
    numbers = [float(place) for place in range(23)]

    async def go() -> Share:
        bulk = Bulk(4)
        share = await bulk.answer(ticket(Echo("m"), numbers), Echo.predict)  # type: ignore[arg-type]
        bulk.close()
        return share

    share = asyncio.run(go())

    assert share.columns.confidence.tolist() == numbers
    assert not share.failed


def test_bulk_answers_nobody_who_gave_up() -> None:
    """What waits for a thread when its request is cancelled takes no thread any more."""
    model: Any = Slow()

    async def go() -> Share:
        bulk = Bulk(1, n_threads=2)
        stays = asyncio.create_task(bulk.answer(ticket(model, [0.0] * 5), Slow.predict))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        gone = [
            asyncio.create_task(bulk.answer(ticket(model, [1.0] * 5), Slow.predict))  # type: ignore[arg-type]
            for _ in range(8)
        ]
        await asyncio.sleep(0)
        for each in gone:
            each.cancel()
        await asyncio.wait(gone)
        model.may_go.set()
        share = await stays
        bulk.close()
        return share

    share = asyncio.run(go())

    assert share.columns.confidence.tolist() == [0.0] * 5
    assert model.seen == [1] * 5


@pytest.mark.parametrize(("n_threads", "sizes"), [(1, [6, 6]), (2, [6, 6]), (3, [4, 4, 4])])
def test_bulk_shares_a_request_out_evenly(n_threads: int, sizes: list[int]) -> None:
    """All threads have as many chunks, of as many rows, be they more than the request needs or fewer."""
    model = Echo("m")

    async def go() -> None:
        bulk = Bulk(7, n_threads=n_threads)
        await bulk.answer(ticket(model, [0.0] * 12), Echo.predict)  # type: ignore[arg-type]
        bulk.close()

    asyncio.run(go())

    assert sorted(model.seen, reverse=True) == sizes


@pytest.mark.parametrize(("n_cores", "sizes"), [(1, [10]), (2, [5, 5]), (8, [5, 5])])
@pytest.mark.parametrize("tells_affinity", [True, False])
def test_bulk_has_two_threads_where_there_are_cores_for_them(
    n_cores: int, sizes: list[int], tells_affinity: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads on one core would only drive each other out of its caches."""
    if tells_affinity:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(n_cores)), raising=False)
    else:
        monkeypatch.delattr(os, "sched_getaffinity", raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda: n_cores)
    model = Echo("m")

    async def go() -> None:
        bulk = Bulk()
        await bulk.answer(ticket(model, [0.0] * 10), Echo.predict)  # type: ignore[arg-type]
        bulk.close()

    asyncio.run(go())

    assert model.seen == sizes
