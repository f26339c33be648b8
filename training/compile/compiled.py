"""Compiling a fitted pipeline: write the graph, prove it, measure it, or say why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx.checker import ValidationError

from herdbook.classifier import SkopsClassifier
from herdbook.dataset import Dataset
from herdbook.graph import RUNTIME_ERRORS
from training.compile.measure import measure, serve
from training.compile.pipeline import Graph, write_graph
from training.compile.proof import TOLERANCE, Proof, prove_equal
from training.compile.row import generate_rows, with_gaps
from training.compile.sketch import UncompilableError
from training.progress import Progress

FAULTS: tuple[type[Exception], ...] = (UncompilableError, ValidationError, ValueError, *RUNTIME_ERRORS)
"""What may come of writing and running a graph; a model without one serves as well, only slower."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """What came of compiling a model.

    Attributes
    ----------
    graph
        The proven graph; None if the model serves without one.
    card
        The card's part: `graph` (whether one serves), `why`, and with a graph how it is to be run; the same
        for equal models.
    timings
        What was measured, for the report of timings; empty if nothing was.
    """

    graph: Graph | None
    card: dict[str, Any]
    timings: dict[str, Any] = field(default_factory=dict)


def compile_model(
    dataset: Dataset,
    pipeline: Any,
    rows: NDArray[np.float64],
    *,
    inputs: str,
    n_clusters: int,
    progress: Progress,
) -> Compiled:
    """Write a fitted pipeline as a graph and prove it on `rows`, on generated rows and on rows with gaps.

    Parameters
    ----------
    dataset
        Says where the features' bounds are.
    pipeline
        Fitted, from the inputs to uncalibrated probabilities.
    rows
        The inputs that it was trained on, and all other accepted ones: (n, n_inputs).
    inputs, n_clusters
        Whether the inputs have cluster columns, and how many clusters there are.
    progress
        Is told how many rows were asked.
    """
    reference = SkopsClassifier(pipeline)
    generated = generate_rows(dataset, rows[:, : len(dataset.features)], inputs=inputs, n_clusters=n_clusters)
    asked = {
        "training": rows,
        "generated": generated,
        "missing": with_gaps(generated, n_features=len(dataset.features)),
    }
    progress.start("compile", sum(map(len, asked.values())))
    try:
        graph = write_graph(pipeline)
        said = serve(graph, pipeline.classes_)
        proof = prove_equal(said, reference, asked, tick=progress.advance)
    except FAULTS as error:
        return _without(_word(error), progress)
    if proof.n_wrong:
        return _without(proof.says, progress)
    timings = measure(
        pipeline, graph, reference=reference.probabilities, said=said.probabilities, inputs=generated
    )
    one, by_reference = timings["graph_us"][0], timings["scikit_learn_us"][0]
    progress.finish(
        f"proven on {sum(proof.rows.values()):,} rows; a row takes {one / 1e3:.2g} ms, "
        f"{by_reference / 1e3:.2g} ms by scikit-learn"
    )
    return Compiled(graph, _tell(graph, proof), timings | {"largest_difference": proof.largest})


def _word(error: Exception) -> str:
    """Say why there is no graph, for the card: what a library says of itself differs between machines."""
    if isinstance(error, UncompilableError):
        return str(error)
    return f"it was written, and then could not be run here ({type(error).__name__})"


def _without(why: str, progress: Progress) -> Compiled:
    progress.finish(f"no graph: {why}")
    return Compiled(None, {"graph": False, "why": why})


def _tell(graph: Graph, proof: Proof) -> dict[str, Any]:
    return {
        "graph": True,
        "why": proof.says,
        "members": graph.members,
        "neighbours": graph.neighbours is not None,
        "rows_at_once": graph.rows_at_once,
        "proof": {"rows": proof.rows, "tolerance": TOLERANCE},
    }
