"""The hall behind every door: admit a request, have it answered, log it, encode it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from bentos import metrics
from bentos.aside.reader import LONGEST_S, ask_log, readers
from bentos.assemble import assemble
from bentos.batch import Call, run_batch
from bentos.batcher import Batcher, most_rows
from bentos.bulk import Bulk
from bentos.columnar.codec import Codec
from bentos.columnar.form import Form
from bentos.decode import Decoder
from bentos.encode import encode_clusters, encode_predictions
from bentos.exchange import Answer, Give, Share, Ticket
from bentos.idempotency.once import Keep, Once
from bentos.recorder import Recorder
from bentos.refusal import BusyError
from bentos.seal import Sealer
from bentos.serving import Serving
from bentos.tally import Tallies
from bentos.write_ahead import WriteAheadLog
from herdbook.dataset import Dataset
from herdbook.ledger import open_ledger
from herdbook.prediction_log.unsealed import is_unsealed
from herdbook.predictor import Predictor
from herdbook.settings import Settings

T = TypeVar("T")
LARGE_BODY_BYTES = 32 * 1024
"""From this size on, decoding would hold up the event loop for longer than a thread costs."""

LARGE_ROWS = 64
"""From so many records on, the same holds for encoding."""

ANSWERS = "answers"
"""Below the state folder: what was answered under a key of the client's."""


class Hall:
    """All that one worker needs to answer, built once; `start` opens it and `stop` closes it.

    Attributes
    ----------
    batcher
        Answers tickets in batches.
    codec
        Reads and writes columns.
    tallies
        What is counted, and handed on to Prometheus now and then.
    """

    batcher: Batcher

    def __init__(self, settings: Settings, dataset: Dataset, *, baked: str | None = None) -> None:
        self.settings = settings
        self.dataset = dataset
        self.serving = Serving(settings, dataset, baked=baked)
        self._decoder = Decoder(dataset, max_records=settings.max_records)
        limits = {"max_records": settings.max_records, "max_body_bytes": settings.max_body_bytes}
        self.codec = Codec(self._decoder, dataset, **limits)
        self._most_rows = most_rows(settings)
        self._rows_inside = 0
        self.tallies = Tallies()
        self._log: WriteAheadLog | None = None
        self._recorder: Recorder | None = None
        self._sealer: Sealer | None = None
        self._once = Once(settings.state / ANSWERS / dataset.name, settings.idempotency_s, self._is_logged)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="hall")
        self._bulk = Bulk()

    def start(self) -> None:
        """Open the prediction log and begin to follow the ledger; returns before a model is loaded."""
        settings = self.settings
        self._log = WriteAheadLog(
            settings.spool, self.dataset, seal_rows=settings.seal_rows, seal_s=settings.seal_s
        )
        self._recorder = Recorder(self._log, self.tallies)
        self._sealer = Sealer(settings.spool, self.dataset, partial(open_ledger, settings.ledger))
        self._sealer.start()
        self._once.start()
        self.serving.at_each_look(lambda: metrics.LOG_DEPTH.set(self.log_depth))
        self.serving.start()

    def stop(self) -> None:
        """Close the prediction log, seal what is in it, and stop following; no request is in flight now."""
        self.serving.stop()
        if self._log is not None:
            self._log.close()
        self._once.stop()
        if self._sealer is not None:
            self._sealer.drain()
        readers().close()
        self._threads.shutdown()
        self._bulk.close()

    @property
    def log_depth(self) -> int:
        """Predictions of this worker that no segment holds yet."""
        return self._log.depth if self._log is not None else 0

    async def admit(
        self, body: bytes, request_id: str, *, only_one: bool = False, form: Form | None = None
    ) -> Ticket:
        """Decode a body, JSON unless it has another form, and bind it to the model that serves now.

        Raises
        ------
        NotReadyError
            No model is loaded yet.
        HerdbookError
            The body is wrong; see `Decoder.decode` and `Columns.decode`.
        """
        predictor = self.serving.require()
        if form is not None:
            return Ticket(request_id, predictor, await self._on_thread(partial(form.decode, body)))
        if len(body) <= LARGE_BODY_BYTES:
            return Ticket(request_id, predictor, self._decoder.decode(body, only_one=only_one))
        decode = partial(self._decoder.decode, body, only_one=only_one)
        return Ticket(request_id, predictor, await self._on_thread(decode))

    async def predict(self, ticket: Ticket) -> Answer:
        """Predict every valid record of a ticket; its rows are durably logged when this returns.

        Raises
        ------
        BusyError
            Too many records wait already.
        PredictionFailedError
            The model failed on a record, and the body does not ask for inline errors.
        PredictionLogError
            The log cannot be written; nothing may be answered.
        """
        n_rows = self._enter(ticket)
        try:
            if self._is_for_batcher(ticket):
                return await self.batcher.predict(ticket)
            answer = await self._answer_apart(ticket, Predictor.predict)
            await self._record(answer)
            return answer
        finally:
            self._rows_inside -= n_rows

    async def predict_once(
        self, key: str, body: bytes, request_id: str, *, only_one: bool = False, form: Form | None = None
    ) -> tuple[bytes, bool]:
        """Answer a body once for a key: give the encoded answer, and whether it was given before.

        It is kept before its rows are logged, so whoever asks again gets it, or it was never logged. Raises
        as `admit`, `predict` and `Once.answer` do.
        """

        async def work(keep: Keep) -> bytes:
            ticket = await self.admit(body, request_id, only_one=only_one, form=form)
            n_rows = self._enter(ticket)
            try:
                if self._is_for_batcher(ticket):
                    answer = await self.batcher.predict(ticket._replace(logs_later=True))
                else:
                    answer = await self._answer_apart(ticket, Predictor.predict)
                encoded = await self.encode_predictions(answer, form)
                await keep(answer.ids[0] if answer.ids else None, encoded)
                await self._record(answer)
            finally:
                self._rows_inside -= n_rows
            return encoded

        method = "predict_one" if only_one else "predict"
        return await self._once.answer(key, (method if form is None else form.name, body), work)

    async def cluster(self, ticket: Ticket) -> Answer:
        """Assign every valid record of a ticket to a cluster; raises as `predict` does."""
        n_rows = self._enter(ticket)
        try:
            if self._is_for_batcher(ticket):
                return await self.batcher.cluster(ticket)
            return await self._answer_apart(ticket, Predictor.cluster)
        finally:
            self._rows_inside -= n_rows

    async def encode_predictions(self, answer: Answer, form: Form | None = None) -> bytes:
        """Encode what `predict` gave."""
        if form is not None:
            return await self._on_thread(partial(form.encode, answer))
        if len(answer.places) <= LARGE_ROWS:
            return encode_predictions(answer)
        return await self._on_thread(partial(encode_predictions, answer))

    async def encode_clusters(self, answer: Answer) -> bytes:
        """Encode what `cluster` gave."""
        if len(answer.places) <= LARGE_ROWS:
            return encode_clusters(answer)
        return await self._on_thread(partial(encode_clusters, answer))

    def record_batch(self, tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
        """Give the predictions of a batch, once they are logged."""
        assert self._recorder is not None
        self._recorder.record_batch(tickets, shares, give)

    async def _record(self, answer: Answer) -> None:
        assert self._recorder is not None
        await self._recorder.record(answer)

    def _is_logged(self, id: str) -> bool:
        spool, dataset = self.settings.spool, self.dataset
        if is_unsealed(spool, dataset.name, id):
            # so that a client's retry is answered while the store is away
            return True
        limit_s = min(LONGEST_S, self.settings.timeout_s)
        return ask_log("find", self.serving.ledger(), spool, dataset, limit_s=limit_s, id=id) is not None

    def _enter(self, ticket: Ticket) -> int:
        n_rows = len(ticket.decoded.frame)
        if self._rows_inside + n_rows > self._most_rows:
            raise BusyError
        self._rows_inside += n_rows
        return n_rows

    def _is_for_batcher(self, ticket: Ticket) -> bool:
        return 0 < len(ticket.decoded.frame) <= self.settings.batch_rows

    async def _answer_apart(self, ticket: Ticket, call: Call) -> Answer:
        """Answer a ticket of no record, or of more than a batch holds."""
        if not len(ticket.decoded.frame):
            return assemble(ticket, Share(None))
        share = await self._bulk.answer(ticket, call)
        return await self._on_thread(partial(assemble, ticket, share))

    async def _on_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def predict_batch(tickets: Sequence[Ticket]) -> list[Share]:
    """Predict one batch of any tickets."""
    return run_batch(tickets, Predictor.predict)


def cluster_batch(tickets: Sequence[Ticket]) -> list[Share]:
    """Assign one batch of any tickets to clusters."""
    return run_batch(tickets, Predictor.cluster)
