"""An answer as columns: a row for each record of the request, named as `Client.predict_frame` names them."""

from __future__ import annotations

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bentos.columnar.media import ARROW
from bentos.exchange import Answer
from bentos.status import problem_of
from herdbook.client.answer import row_error_of
from herdbook.client.scored import PROBABILITY
from herdbook.clusters import Assignment
from herdbook.predictor import Answers, Predictor
from herdbook.record import KEY

MODEL = b"herdbook.model"
"""Metadata of the schema: the tag of the model that answered."""

ERROR = "error"
PROBLEM = "problem"
"""What JSON has in the place of a refused record's answer, as text; a column only where one is refused."""

COMPRESSION = "zstd"


def encode_table(media_type: str, answer: Answer) -> bytes:
    """Encode predictions as a body of columns."""
    table = table_of(answer)
    sink = pa.BufferOutputStream()
    if media_type == ARROW:
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        pq.write_table(table, sink, compression=COMPRESSION, use_dictionary=["label", "model"])
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def table_of(answer: Answer) -> pa.Table:
    """Put an answer into columns, a row for each record; a refused one has nothing but its error."""
    table = _answered(answer)
    if answer.failed:
        rows = _rows_of(answer)
        table = table.take(pa.array(rows, mask=rows < 0))
    for name, column in _errors(answer).items():
        table = table.append_column(name, column)
    if KEY in table.column_names:
        # the client's own name stands last: the other columns are always the same
        table = table.select([*(name for name in table.column_names if name != KEY), KEY])
    return table.replace_schema_metadata({MODEL: answer.ticket.predictor.tag})


def _answered(answer: Answer) -> pa.Table:
    predictor = answer.ticket.predictor
    said = answer.columns if isinstance(answer.columns, Answers) else _nothing(predictor)
    cluster = said.assignment.cluster
    columns = {"label": _named(said.label, said.classes), "confidence": pa.array(said.confidence)}
    for place, name in enumerate(said.classes):
        columns[PROBABILITY + name] = pa.array(np.ascontiguousarray(said.probabilities[:, place]))
    columns |= {
        "cluster": pa.array(cluster.astype(np.int64)),
        "membership": pa.array(said.assignment.membership),
        "outlier": pa.array(cluster == -1),
        "id": pa.array(answer.ids, pa.string()),
        "model": _named(np.zeros(len(cluster), dtype=np.int64), [predictor.tag]),
    }
    if any(key is not None for key in answer.keys):
        columns[KEY] = pa.array(answer.keys, pa.string())
    return pa.table(columns)


def _nothing(predictor: Predictor) -> Answers:
    """Give the answers to no record."""
    none, floats = np.empty(0, dtype=np.int64), np.empty(0)
    probabilities = np.empty((0, len(predictor.classes)))
    return Answers(tuple(predictor.classes), probabilities, none, floats, Assignment(none, floats, floats))


def _named(places: NDArray[np.int64], names: list[str] | tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(names, pa.string()))


def _rows_of(answer: Answer) -> NDArray[np.int64]:
    """Give for each record the row of its answer, or -1."""
    rows = np.full(answer.ticket.decoded.n_records, -1)
    rows[np.asarray(answer.places, dtype=np.int64)] = np.arange(len(answer.places))
    return rows


def _errors(answer: Answer) -> dict[str, pa.Array]:
    """Give what is wrong with each refused record: for a person to read in a cell, and as JSON says it."""
    n_rows = answer.ticket.decoded.n_records
    if not answer.failed:
        return {ERROR: pa.nulls(n_rows, pa.string())}
    sentences: list[str | None] = [None] * n_rows
    problems: list[str | None] = [None] * n_rows
    for place, error in answer.failed.items():
        told = problem_of(error, "")
        problem = {name: told[name] for name in (ERROR, "kind", "faults")}
        sentences[place] = row_error_of(problem, place).sentence()
        problems[place] = orjson.dumps(problem).decode()
    return {ERROR: pa.array(sentences, pa.string()), PROBLEM: pa.array(problems, pa.string())}
