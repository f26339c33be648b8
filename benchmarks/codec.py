"""The readers and writers of the service, without the service: one of each for every form of a body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from bentos.columnar.codec import Codec
from bentos.columnar.media import ARROW, PARQUET
from bentos.decode import Decoder
from bentos.encode import encode_predictions
from bentos.exchange import Answer, Decoded, Ticket
from herdbook.clusters import Assignment
from herdbook.dataset import Dataset
from herdbook.prediction_log.row import new_ids
from herdbook.predictor import Answers

CLASSES = ("one", "two", "three", "four")
MAX_BODY_BYTES = 2**30
Measured = tuple[bytes, Callable[[], Decoded], Callable[[], bytes]]


class Named(NamedTuple):
    """As much of a predictor as a writer looks at."""

    tag: str = "benchmark:000000000001"
    classes: tuple[str, ...] = CLASSES


def codecs(dataset: Dataset, records: Sequence[dict[str, Any]]) -> dict[str, Measured]:
    """Give for each form the body of the records, what reads it, and what writes an answer to it."""
    n_rows = len(records)
    decoder = Decoder(dataset, max_records=n_rows)
    codec = Codec(decoder, dataset, max_records=n_rows, max_body_bytes=MAX_BODY_BYTES)
    body = orjson.dumps({"records": records})
    answer = _answer_to(decoder.decode(body))
    measured: dict[str, Measured] = {
        "json": (body, partial(decoder.decode, body), partial(encode_predictions, answer))
    }
    table = pa.Table.from_pylist(list(records))
    for form, media_type, written in (
        ("arrow", ARROW, _stream_of(table)),
        ("parquet", PARQUET, _parquet_of(table)),
    ):
        decode = partial(codec.decode, media_type, written, is_inline=False)
        measured[form] = written, decode, partial(codec.encode, media_type, answer)
    return measured


def _answer_to(decoded: Decoded) -> Answer:
    draw, n_rows = np.random.default_rng(0), decoded.n_records
    shares = draw.dirichlet(np.ones(len(CLASSES)), n_rows)
    assignment = Assignment(draw.integers(-1, 4, n_rows), draw.random(n_rows), draw.random(n_rows))
    answers = Answers(CLASSES, shares, shares.argmax(axis=1), shares.max(axis=1), assignment)
    named: Any = Named()
    ticket = Ticket("benchmark", named, decoded)
    return Answer(ticket, answers, range(n_rows), {}, decoded.frame, new_ids(n_rows), decoded.keys)


def _stream_of(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _parquet_of(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())
