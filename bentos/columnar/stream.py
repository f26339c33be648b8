"""An Arrow IPC stream as a table: what it declares is checked first, and what it holds before it is used."""

from __future__ import annotations

import pyarrow as pa

from bentos.columnar.flatbuffer import BATCH, declared_of
from bentos.columnar.limits import MOST_PIECES, Limits
from bentos.columnar.pick import Pick, Picked
from bentos.columnar.refusal import readable, too_large, wrong_column
from bentos.refusal import TooManyRecordsError

FORM = "an Arrow IPC stream"


def read_stream(body: bytes, limits: Limits, pick: Pick) -> tuple[pa.Table, Picked]:
    """Read the picked columns of a stream, one chunk each, valid through and through.

    Raises
    ------
    UndecodableError
        It is no Arrow IPC stream, or a damaged one.
    ParameterError
        Its columns are not flat, or too many, or it comes in too many batches.
    TooManyRecordsError, BodyTooLargeError
        It declares more rows, or more bytes once unpacked, than a request may have.
    """
    with readable(FORM):
        source = pa.py_buffer(body)
        picked = pick(pa.ipc.open_stream(source).schema)
        _check(source, limits)
        options = pa.ipc.IpcReadOptions(use_threads=False, included_fields=list(picked.places))
        with pa.ipc.open_stream(source, options=options) as reader:
            table = reader.read_all()
        table.validate(full=True)
        return table, picked


def _check(source: pa.Buffer, limits: Limits) -> None:
    n_rows = plain_bytes = dictionary_bytes = 0
    for number, message in enumerate(pa.ipc.MessageReader.open_stream(source)):
        if number > MOST_PIECES:
            raise wrong_column(None, f"more than {MOST_PIECES:,} batches", "fewer and larger batches")
        body = memoryview(b"") if message.body is None else memoryview(message.body)
        declared = declared_of(message.metadata.to_pybytes(), body)
        if declared.kind == BATCH:
            # each batch has the dictionaries before it, which may have grown, as its own
            n_rows += declared.n_rows
            plain_bytes += declared.plain_bytes + dictionary_bytes
        else:
            dictionary_bytes += declared.plain_bytes
        if n_rows > limits.max_records:
            raise TooManyRecordsError(limits.max_records)
        if plain_bytes + dictionary_bytes > limits.max_plain_bytes:
            raise too_large(limits.max_plain_bytes)
