"""How each way to serve is asked, and where in its answer the labels are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson

from benchmarks.serving.export import Kit

JSON, ARROW = "application/json", "application/vnd.apache.arrow.stream"
Places = Sequence[int]
"""Which records of a kit are asked for."""


@dataclass(frozen=True)
class Protocol:
    """Bodies and answers of one way to serve.

    Attributes
    ----------
    one, many
        Paths for a single record and for several.
    ask_one, ask_many
        Make the body.
    told_one, told_many
        Read the labels from an answer.
    content_type
        Of bodies and answers.
    is_constant
        Whether the answer says nothing about the records, so that there is nothing to be right about.
    """

    one: str
    many: str
    ask_one: Callable[[Kit, Places], bytes]
    ask_many: Callable[[Kit, Places], bytes]
    told_one: Callable[[Kit, bytes], list[str]]
    told_many: Callable[[Kit, bytes], list[str]]
    content_type: str = JSON
    is_constant: bool = False

    def path(self, n_records: int) -> str:
        """Give the path for so many records."""
        return self.one if n_records == 1 else self.many

    def ask(self, kit: Kit, places: Places) -> bytes:
        """Make the body that asks for records."""
        return (self.ask_one if len(places) == 1 else self.ask_many)(kit, places)

    def count_right(self, kit: Kit, answer: bytes, labels: Sequence[str]) -> int:
        """Count the labels of an answer that are as they should be."""
        if self.is_constant:
            return len(labels)
        told = (self.told_one if len(labels) == 1 else self.told_many)(kit, answer)
        return sum(one == other for one, other in zip(told, labels, strict=False))


def _wide(kit: Kit, places: Places) -> list[dict[str, Any]]:
    return [kit.wide[place] for place in places]


def _labels(_: Kit, answer: bytes) -> list[str]:
    said = orjson.loads(answer)
    return [each["label"] for each in (said if isinstance(said, list) else [said])]


def _most_probable(kit: Kit, probabilities: Any) -> list[str]:
    return [kit.classes[place] for place in np.array(probabilities).argmax(axis=1)]


def _same(
    path: str, ask: Callable[[Kit, Places], bytes], told: Callable[[Kit, bytes], list[str]]
) -> Protocol:
    """Ask for one record as for many."""
    return Protocol(path, path, ask, ask, told, told)


def _ask_tensor(kit: Kit, places: Places) -> bytes:
    rows = kit.inputs[list(places)]
    data = {"name": "rows", "shape": rows.shape, "datatype": "FP64", "data": rows.ravel().tolist()}
    return orjson.dumps({"inputs": [data], "outputs": [{"name": "predict_proba"}]})


def _told_tensor(kit: Kit, answer: bytes) -> list[str]:
    said = orjson.loads(answer)["outputs"][0]
    return _most_probable(kit, np.reshape(said["data"], said["shape"]))


def _ask_table(kit: Kit, places: Places) -> bytes:
    rows = kit.inputs[list(places)].tolist()
    return orjson.dumps({"dataframe_split": {"columns": kit.names, "data": rows}})


def _told_table(kit: Kit, answer: bytes) -> list[str]:
    return _most_probable(kit, orjson.loads(answer)["predictions"])


def _ask_arrow(kit: Kit, places: Places) -> bytes:
    import pyarrow as pa

    table = pa.Table.from_pylist([kit.records[place] for place in places])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def _told_arrow(_: Kit, answer: bytes) -> list[str]:
    import pyarrow as pa

    column = pa.ipc.open_stream(answer).read_all().column("label")
    return [str(label) for label in column.to_pylist()]


OURS = Protocol(
    "/predict",
    "/predict",
    lambda kit, places: orjson.dumps(kit.records[places[0]]),
    lambda kit, places: orjson.dumps({"records": [kit.records[place] for place in places]}),
    lambda _, answer: [orjson.loads(answer)["prediction"]],
    lambda _, answer: [each["label"] for each in orjson.loads(answer)["predictions"]],
)
OURS_ARROW = Protocol(
    "/predict", "/predict", _ask_arrow, _ask_arrow, _told_arrow, _told_arrow, content_type=ARROW
)
EMPTY = replace(OURS, one="/predict_one", many="/predict_one", is_constant=True)
FASTAPI = Protocol(
    "/predict_one",
    "/predict",
    lambda kit, places: orjson.dumps(kit.wide[places[0]]),
    lambda kit, places: orjson.dumps({"animals": _wide(kit, places)}),
    _labels,
    _labels,
)
LIST = _same("/predict", lambda kit, places: orjson.dumps({"animals": _wide(kit, places)}), _labels)
TENSOR = _same("/v2/models/animals/infer", _ask_tensor, _told_tensor)
TABLE = _same("/invocations", _ask_table, _told_table)
