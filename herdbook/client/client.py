"""The client that waits for each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from herdbook.client import operation
from herdbook.client.call import Call
from herdbook.client.method import dress
from herdbook.client.progress import Progress
from herdbook.client.trial import Done, Trial

P = ParamSpec("P")
T = TypeVar("T")
Frame = TypeVar("Frame")
LOCAL = "http://127.0.0.1:3000"


def asked(describe: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    """Make the method that asks an operation and waits for its answer."""

    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.ask(describe(*args, **kwargs))

    dress(method, describe)
    return method


class Client:
    """Ask a running service; safe to share between threads.

    Parameters
    ----------
    url
        Where the service answers.
    timeout_s
        Longest wait for a connection, and for the answer to one attempt, in seconds.
    retries
        How often to ask again after a lost connection, a timeout or a service that is busy.
    host_header
        The Host to ask for, where the service does not answer to the URL's.

    Examples
    --------
    ::

        from herdbook.client import Client

        with Client("http://127.0.0.1:3000") as client:
            for prediction in client.predict([{"height": 0.6, ...}]):
                print(prediction.label)
    """

    def __init__(
        self, url: str = LOCAL, *, timeout_s: float = 30.0, retries: int = 5, host_header: str | None = None
    ) -> None:
        # httpx takes longer to import than all of ours: whoever asks nothing does not wait for it
        from herdbook.client.connection import Connection  # noqa: PLC0415

        self.url = url.rstrip("/")
        self._retries = retries
        self._connection = Connection(self.url, timeout_s=timeout_s, host_header=host_header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._connection.close()

    def ask(self, call: Call[T]) -> T:
        """Ask one thing, again if need be; the methods describe what can be asked.

        Raises
        ------
        ClientError
            It was refused, or no answer came.
        """
        trial = Trial(call, url=self.url, retries=self._retries)
        while True:
            verdict = trial.judge(self._connection.send(call))
            if isinstance(verdict, Done):
                return verdict.answer
            self._connection.wait(verdict.seconds)

    predict = asked(operation.predict)
    predict_one = asked(operation.predict_one)
    cluster = asked(operation.cluster)
    health = asked(operation.health)
    dataset = asked(operation.dataset)
    models = asked(operation.models)
    model = asked(operation.model)
    evaluation = asked(operation.evaluation)
    generations = asked(operation.generations)
    promote = asked(operation.promote)
    roll_back = asked(operation.roll_back)
    discovery = asked(operation.discovery)
    place = asked(operation.place)
    name_clusters = asked(operation.name_clusters)
    trainings = asked(operation.trainings)
    training = asked(operation.training)
    start_training = asked(operation.start_training)
    stop_training = asked(operation.stop_training)
    history = asked(operation.history)
    prediction = asked(operation.prediction)
    pedigree = asked(operation.pedigree)

    def predict_frame(
        self,
        df: Frame,
        *,
        key: str | None = None,
        chunk_rows: int = 1_000,
        concurrency: int = 4,
        progress: Progress = None,
        prefix: str = "",
    ) -> Frame:
        """Predict every row of a table; give the same kind of table with the answers beside it.

        The columns that the dataset declares are sent, all others are passed through. Added are `label`,
        `confidence`, `probability_` and each class, `cluster`, `membership`, `outlier`, `id`, `model` and
        `error`: what is wrong with a row that was refused, which has no answer then.

        Parameters
        ----------
        df
            A table of pandas, polars or pyarrow, in memory; it is not changed. Rows keep their order.
        key
            Column that holds your own names for the records.
        chunk_rows
            Rows in one request; no more than the service takes. With pyarrow on this side they travel as
            columns, and a row among 10,000 costs several times less here than one among 1,000.
        concurrency
            Requests under way at once.
        progress
            Called with the rows done and all rows; True shows a bar.
        prefix
            Stands before the names of the added columns, where the table has such columns itself.

        Raises
        ------
        UnsendableError
            The table lacks a column, or has one that the answers add.

        Examples
        --------
        ::

            scored = client.predict_frame(pandas.read_csv("animals.csv"), progress=True)
            print(scored["label"].value_counts())
        """
        from herdbook.client.frame import Plan  # noqa: PLC0415 - narwhals, only where there is a table
        from herdbook.client.score import score  # noqa: PLC0415

        plan = Plan(df, self.dataset(), key=key, prefix=prefix, chunk_rows=chunk_rows)
        scored: Frame = score(plan, self.ask, concurrency=concurrency, progress=progress)
        return scored

    def every(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Give every row of the prediction log, newest first; takes what `history` takes.

        Examples
        --------
        ::

            for row in client.every(label="dog"):
                print(row["id"], row["record"])
        """
        before: str | None = wanted.pop("before", None)
        while True:
            page = self.history(**{"limit": 1_000, **wanted}, before=before)
            yield from page.rows
            if (before := page.next) is None:
                return
