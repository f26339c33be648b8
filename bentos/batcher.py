"""The batcher: many requests' items become few batches; an interface, and BentoML's dispatcher behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from bentoml._internal.marshal.dispatcher import CorkDispatcher, Optimizer
from bentoml.exceptions import ServiceUnavailable

from bentos.exchange import Item, Outcome
from bentos.refusal import BusyError


class Batcher(Protocol):
    """Answers items in batches with those of other requests; one outcome an item, in order.

    Raises `BusyError` if it cannot take them in time.
    """

    async def predict(self, items: Sequence[Item]) -> list[Outcome]:
        """Have the items predicted."""
        ...

    async def cluster(self, items: Sequence[Item]) -> list[Outcome]:
        """Have the items assigned to clusters."""
        ...


class BentoBatcher:
    """BentoML's adaptive dispatcher, by the call that its own routes make (`batch_infer`)."""

    def __init__(self, batch_infer: Callable[[str, tuple[Any, ...], dict[str, Any]], Awaitable[Any]]) -> None:
        self._batch_infer = batch_infer

    async def predict(self, items: Sequence[Item]) -> list[Outcome]:
        """Have the items predicted by the service's method `predict`."""
        return await self._ask("predict", items)

    async def cluster(self, items: Sequence[Item]) -> list[Outcome]:
        """Have the items assigned by the service's method `cluster`."""
        return await self._ask("cluster", items)

    async def _ask(self, name: str, items: Sequence[Item]) -> list[Outcome]:
        try:
            outcomes: list[Outcome] = list(await self._batch_infer(name, (list(items),), {}))
        except ServiceUnavailable:
            raise BusyError from None
        return outcomes


class BoundedOptimizer(Optimizer):
    """BentoML's estimate of how long holding a batch back pays, with an upper bound of ours."""

    def __init__(self, max_latency_s: float, *, longest_s: float) -> None:
        self._longest_s = longest_s
        self._wait_s = 0.0
        super().__init__(max_latency_s)

    @property  # type: ignore[override]  # there it is an attribute that begins as a whole number
    def wait(self) -> float:
        """How long a record waited on average before its batch left, in seconds; at most the bound."""
        return self._wait_s

    @wait.setter
    def wait(self, wait_s: float) -> None:
        self._wait_s = min(float(wait_s), self._longest_s)


def bound_waits(dispatchers: Iterable[CorkDispatcher[Any, Any]], *, longest_s: float) -> None:
    """Let no dispatcher hold a batch back for longer than this."""
    for dispatcher in dispatchers:
        dispatcher.optimizer = BoundedOptimizer(dispatcher.max_latency, longest_s=longest_s)
