"""A classifier that was compiled to one ONNX graph: the same answers without scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as refusals

from herdbook.errors import PackageError
from herdbook.neighbour_vote import NeighbourVote
from herdbook.package import GRAPH, NEIGHBOURS

PROBABILITIES, DOUBT, GUESSED, PREPARED = "probabilities", "doubt", "guessed", "prepared"
"""Outputs of a graph: what it answers; and where neighbours vote, which rows it is in doubt about, what it
took them to say, and the prepared inputs that they were looked up with."""

RUNTIME_ERRORS: tuple[type[Exception], ...] = (
    refusals.Fail,
    refusals.InvalidArgument,
    refusals.InvalidGraph,
    refusals.InvalidProtobuf,
    refusals.NotImplemented,
    refusals.RuntimeException,
)
"""What ONNX Runtime raises of a graph that it cannot read or run; they have no root of their own."""

INPUT = "inputs"
FATAL = 4


class GraphClassifier:
    """An ONNX graph in a session of its own; threads may share it.

    Parameters
    ----------
    body
        The bytes of the ONNX file, from a package that was verified.
    classes
        Names of the classes, in the order of the graph's columns.
    neighbours
        Decides the rows that the graph is in doubt about; None if it has no such output.
    rows_at_once
        So many rows go through in one run, which bounds the memory that it takes.
    """

    def __init__(
        self,
        body: bytes,
        classes: Sequence[str],
        *,
        neighbours: NeighbourVote | None = None,
        rows_at_once: int = 1_024,
    ) -> None:
        self.classes = tuple(classes)
        self._session = open_session(body)
        self._neighbours = neighbours
        self._rows_at_once = rows_at_once
        self._asked = [PROBABILITIES] if neighbours is None else [PROBABILITIES, DOUBT]

    @classmethod
    def load(cls, folder: Path, card: Mapping[str, Any]) -> GraphClassifier:
        """Read the graph of a verified package whose card says that it is proven.

        Raises
        ------
        PackageError
            ONNX Runtime cannot read the graph, or the neighbours are damaged.
        """
        compiled = card["compiled"]
        neighbours = NeighbourVote.load(folder / NEIGHBOURS) if compiled["neighbours"] else None
        body, rows = (folder / GRAPH).read_bytes(), compiled["rows_at_once"]
        try:
            return cls(body, card["classes"], neighbours=neighbours, rows_at_once=rows)
        except RUNTIME_ERRORS as error:
            problem = f"{GRAPH} cannot be read by ONNX Runtime {onnxruntime.__version__}: {error}"
            cure = "install the library versions of its card, or train again"
            raise PackageError(folder.name, problem=problem, cure=cure) from None

    def probabilities(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn inputs of shape (n, n_inputs) into probabilities of shape (n, n_classes).

        Raises
        ------
        ValueError
            A row is so far out that its answer is no number; scikit-learn refuses such rows too.
        """
        if len(inputs) <= self._rows_at_once:
            return self._ask(inputs)
        starts = range(0, len(inputs), self._rows_at_once)
        return np.concatenate([self._ask(inputs[start : start + self._rows_at_once]) for start in starts])

    def _ask(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        said = self._session.run(self._asked, {INPUT: inputs})
        probabilities: NDArray[np.float64] = said[0]
        if self._neighbours is not None and np.count_nonzero(said[1]):
            self._decide(probabilities, inputs, said[1].nonzero()[0])
        if not isfinite(np.add.reduce(probabilities, axis=None)):
            raise ValueError("a row has values so large that the model has no answer to it")
        return probabilities

    def _decide(
        self, probabilities: NDArray[np.float64], inputs: NDArray[np.float64], rows: NDArray[np.int64]
    ) -> None:
        """Put what the neighbours really say in the place of what the graph took it for."""
        assert self._neighbours is not None
        guessed, prepared = self._session.run([GUESSED, PREPARED], {INPUT: inputs[rows]})
        probabilities[rows] += self._neighbours.share * (self._neighbours.shares(prepared) - guessed)


def open_session(body: bytes) -> Any:
    """Open a session of one thread that neither spins nor tells anybody.

    A second thread would wait in a spin lock for work that takes microseconds, and would take a core from
    another worker.
    """
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = FATAL
    return onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
