"""What an answer costs: by scikit-learn, by the graph, and each member by itself, on one thread.

Where a member runs is a rule about its kind: all run in the graph, and neighbours that are all but equally
near are told apart in NumPy. A choice that followed from a stopwatch would give the same training two
packages, whose versions `herdbook reproduce` compares. So the rule decides, what is measured here stands
beside it in the report of timings, and a member that the graph makes slower than scikit-learn or NumPy would
be is named there: `slower_in_graph` is empty as long as the rule is right.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.graph import GraphClassifier
from training.compile.pipeline import Graph, members_of, write_graph

MANY = 1_000
MOST_CELLS = 20_000_000
"""Fewer rows are asked where a thousand would make more distances between rows and points than this."""

LEAST_S = 0.005
ROUNDS = 3

Asked = Callable[[NDArray[np.float64]], Any]


def measure(
    pipeline: Any, graph: Graph, *, reference: Asked, said: Asked, inputs: NDArray[np.float64]
) -> dict[str, Any]:
    """Measure CPU-microseconds for one row and for up to 1,000 rows of `inputs`; plain JSON, for a report.

    Each member's figures count the preparation of its inputs, but for those of neighbours in NumPy alone.
    """
    n_points = 1 if graph.neighbours is None else len(graph.neighbours.points)
    many = inputs[: max(1, min(MANY, MOST_CELLS // n_points))]
    members = {
        name: _measure_member(pipeline, name, member, many) for name, member, _ in members_of(pipeline)
    }
    return {
        "rows": [1, len(many)],
        "scikit_learn_us": time_both(reference, many),
        "graph_us": time_both(said, many),
        "members": members,
        "slower_in_graph": [name for name, each in members.items() if _is_slower(each)],
    }


def _measure_member(
    pipeline: Any, name: str, member: Any, inputs: NDArray[np.float64]
) -> dict[str, list[float]]:
    alone, prepare = write_graph(pipeline, only=name), pipeline[:-1].transform
    figures = {
        "scikit_learn_us": time_both(lambda rows: member.predict_proba(prepare(rows)), inputs),
        "graph_us": time_both(serve(alone, pipeline.classes_).probabilities, inputs),
    }
    if alone.neighbours is not None:
        figures["numpy_us"] = time_both(alone.neighbours.shares, prepare(inputs))
    return figures


def serve(graph: Graph, classes: Any) -> GraphClassifier:
    """Open a graph as it will be served."""
    return GraphClassifier(
        graph.body,
        [str(name) for name in classes],
        neighbours=graph.neighbours,
        rows_at_once=graph.rows_at_once,
    )


def time_both(ask: Asked, inputs: NDArray[np.float64]) -> list[float]:
    """Time one row and all rows, in CPU-microseconds: the least of three rounds."""
    return [round(_time(ask, rows) * 1e6, 1) for rows in (inputs[:1], inputs)]


def _time(ask: Asked, inputs: NDArray[np.float64]) -> float:
    """Time one call in CPU-seconds; a clock tick is far shorter than a round."""
    ask(inputs)
    return min(_round(ask, inputs) for _ in range(ROUNDS))


def _round(ask: Asked, inputs: NDArray[np.float64]) -> float:
    begin, calls = process_time(), 0
    while (spent := process_time() - begin) < LEAST_S or not calls:
        ask(inputs)
        calls += 1
    return spent / calls


def _is_slower(figures: dict[str, list[float]]) -> bool:
    others = [figures[name] for name in ("scikit_learn_us", "numpy_us") if name in figures]
    return any(min(column) < own for own, *column in zip(figures["graph_us"], *others, strict=True))
