"""The client whose answers are awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from herdbook.client import operation
from herdbook.client.call import Call
from herdbook.client.client import LOCAL
from herdbook.client.method import dress
from herdbook.client.progress import Progress
from herdbook.client.trial import Done, Trial

P = ParamSpec("P")
T = TypeVar("T")
Frame = TypeVar("Frame")


def awaited(describe: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Awaitable[T]]:
    """Make the method that asks an operation, and whose answer is awaited."""

    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.ask(describe(*args, **kwargs))

    dress(method, describe)
    return method


class AsyncClient:
    """Ask a running service, from asyncio; the methods and parameters are those of `Client`.

    Examples
    --------
    ::

        from herdbook.client import AsyncClient

        async with AsyncClient("http://127.0.0.1:3000") as client:
            print((await client.predict_one({"height": 0.6, ...})).label)
    """

    def __init__(
        self, url: str = LOCAL, *, timeout_s: float = 30.0, retries: int = 5, host_header: str | None = None
    ) -> None:
        # httpx takes longer to import than all of ours: whoever asks nothing does not wait for it
        from herdbook.client.connection import AsyncConnection  # noqa: PLC0415

        self.url = url.rstrip("/")
        self._retries = retries
        self._connection = AsyncConnection(self.url, timeout_s=timeout_s, host_header=host_header)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._connection.close()

    async def ask(self, call: Call[T]) -> T:
        """Ask one thing, again if need be; the methods describe what can be asked.

        Raises
        ------
        ClientError
            It was refused, or no answer came.
        """
        trial = Trial(call, url=self.url, retries=self._retries)
        while True:
            verdict = trial.judge(await self._connection.send(call))
            if isinstance(verdict, Done):
                return verdict.answer
            await self._connection.wait(verdict.seconds)

    predict = awaited(operation.predict)
    predict_one = awaited(operation.predict_one)
    cluster = awaited(operation.cluster)
    health = awaited(operation.health)
    dataset = awaited(operation.dataset)
    models = awaited(operation.models)
    model = awaited(operation.model)
    evaluation = awaited(operation.evaluation)
    generations = awaited(operation.generations)
    promote = awaited(operation.promote)
    roll_back = awaited(operation.roll_back)
    discovery = awaited(operation.discovery)
    place = awaited(operation.place)
    name_clusters = awaited(operation.name_clusters)
    trainings = awaited(operation.trainings)
    training = awaited(operation.training)
    start_training = awaited(operation.start_training)
    stop_training = awaited(operation.stop_training)
    history = awaited(operation.history)
    prediction = awaited(operation.prediction)
    pedigree = awaited(operation.pedigree)

    async def predict_frame(
        self,
        df: Frame,
        *,
        key: str | None = None,
        chunk_rows: int = 1_000,
        concurrency: int = 4,
        progress: Progress = None,
        prefix: str = "",
    ) -> Frame:
        """Predict every row of a table; as `Client.predict_frame`, and awaited."""
        from herdbook.client.frame import Plan  # noqa: PLC0415 - narwhals, only where there is a table
        from herdbook.client.score import score_async  # noqa: PLC0415

        plan = Plan(df, await self.dataset(), key=key, prefix=prefix, chunk_rows=chunk_rows)
        scored: Frame = await score_async(plan, self.ask, concurrency=concurrency, progress=progress)
        return scored

    async def every(self, **wanted: Any) -> AsyncIterator[dict[str, Any]]:
        """Give every row of the prediction log, newest first; takes what `history` takes.

        Examples
        --------
        ::

            async for row in client.every(label="dog"):
                print(row["id"], row["record"])
        """
        before: str | None = wanted.pop("before", None)
        while True:
            page = await self.history(**{"limit": 1_000, **wanted}, before=before)
            for row in page.rows:
                yield row
            if (before := page.next) is None:
                return
