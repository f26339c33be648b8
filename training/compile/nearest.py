"""K nearest neighbours as operators: candidates by one matrix product, and doubt where that cannot decide.

The graph counts with |p|² - 2 p·x, which is off by rounding where scikit-learn's own sum of squares is not.
So it also asks for the neighbour that just missed: a row where that one is nearer to the last of the k than
rounding can tell is in doubt, and `herdbook.neighbour_vote` decides it outside of the graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from herdbook.neighbour_vote import NeighbourVote
from training.compile.sketch import Sketch, UncompilableError

SLACK = 64 * np.finfo(np.float64).eps
"""Times the number of dimensions and the squared lengths: far above what a product of matrices rounds."""


@dataclass(frozen=True)
class Written:
    """Names of the probabilities (n, k) and of the doubt (n, 1) that a graph has about its neighbours."""

    probabilities: str
    doubt: str


def take_nearest(member: Any, *, share: float) -> NeighbourVote:
    """Take from a fitted KNeighborsClassifier, whose voice has that share, all that its answers rest on.

    Raises
    ------
    UncompilableError
        It measures otherwise than by Euclid's distance, or has no more points than neighbours.
    """
    points = np.asarray(member._fit_X, dtype=np.float64)  # noqa: SLF001 - public nowhere
    if member.effective_metric_ != "euclidean":
        raise UncompilableError(f"its neighbours are measured by {member.effective_metric_}")
    if member.n_neighbors >= len(points):
        raise UncompilableError("it asks as many neighbours as there are points")
    order, bounds, spans = np.arange(len(points)), np.empty((2, 0, points.shape[1])), np.empty((0, 2))
    if member._fit_method == "kd_tree":  # noqa: SLF001
        _, index, nodes, bounds = member._tree.get_arrays()  # noqa: SLF001
        order, bounds = np.array(index), np.array(bounds)
        spans = np.column_stack([nodes["idx_start"], nodes["idx_end"]])
    return NeighbourVote(
        points=points,
        label=np.asarray(member._y, dtype=np.int64),  # noqa: SLF001
        n_classes=np.array(len(member.classes_)),
        n_neighbours=np.array(member.n_neighbors),
        by_distance=np.array(member.weights == "distance"),
        share=np.array(share),
        order=order.astype(np.int64),
        spans=spans.astype(np.int64),
        bounds=bounds,
    )


def write_nearest(sketch: Sketch, prepared: str, nearest: NeighbourVote) -> Written:
    """Write the neighbours' probabilities and where they are in doubt."""
    points, k = nearest.points, int(nearest.n_neighbours)
    lengths = (points**2).sum(axis=1)
    near = sketch.add("Gemm", prepared, points.T, lengths, alpha=-2.0)
    short, place = sketch.add_pair("TopK", near, [k + 1], axis=1, largest=0, sorted=1)
    chosen = sketch.add("Gather", place, list(range(k)), axis=1)
    votes = sketch.add("Gather", np.eye(int(nearest.n_classes))[nearest.label], chosen, axis=0)
    if nearest.by_distance:
        votes = sketch.add("Mul", votes, _write_weights(sketch, prepared, points, chosen))
        counts = sketch.add("ReduceSum", votes, [1], keepdims=0)
        counts = sketch.add("Div", counts, sketch.add("ReduceSum", counts, [1], keepdims=1))
    else:
        counts = sketch.add("ReduceMean", votes, [1], keepdims=0)
    return Written(counts, _write_doubt(sketch, prepared, short, k=k, points=points))


def _write_weights(sketch: Sketch, prepared: str, points: NDArray[np.float64], chosen: str) -> str:
    """Write weights (n, k, 1) of 1 / distance; where a neighbour is the row itself, only such count."""
    there = sketch.add("Gather", points, chosen, axis=0)
    apart = sketch.add("Sub", there, sketch.add("Unsqueeze", prepared, [1]))
    square = sketch.add("ReduceSumSquare", apart, [2], keepdims=1)
    equal = sketch.add("Equal", square, np.float64(0.0))
    any_equal = sketch.add("ReduceMax", sketch.cast(equal, TensorProto.DOUBLE), [1], keepdims=1)
    inverse = sketch.add("Reciprocal", sketch.add("Sqrt", square))
    is_any = sketch.add("Greater", any_equal, np.float64(0.0))
    return sketch.add("Where", is_any, sketch.cast(equal, TensorProto.DOUBLE), inverse)


def _write_doubt(sketch: Sketch, prepared: str, short: str, *, k: int, points: NDArray[np.float64]) -> str:
    """Write whether the k-th and the next are closer to each other, (n, 1), than rounding can tell."""
    longest, width = (points**2).sum(axis=1).max(), points.shape[1]
    slack = SLACK * (width + 1)
    apart = np.zeros((k + 1, 1))
    apart[k - 1], apart[k] = -1.0, 1.0
    gap = sketch.add("MatMul", short, apart)
    own = sketch.add("ReduceSumSquare", prepared, [1], keepdims=1)
    clear = sketch.add("Sub", gap, sketch.add("Mul", own, np.float64(slack)))
    return sketch.add("LessOrEqual", clear, np.float64(slack * longest))
