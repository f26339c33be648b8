"""A whole fitted pipeline as one graph: preparation, members, and the weighted mean of what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from herdbook.graph import DOUBT, GUESSED, PREPARED, PROBABILITIES
from herdbook.neighbour_vote import NeighbourVote
from training.compile.linear import write_linear
from training.compile.machine import write_machine
from training.compile.nearest import take_nearest, write_nearest
from training.compile.prepare import write_preparation
from training.compile.sketch import Sketch, UncompilableError
from training.compile.tree import write_boosting, write_forests

CELLS = 2_000_000
"""Largest matrix of rows by points that a run may make: 16 MB of float64, which stay near the caches."""

MOST_ROWS = 4_096
IN_GRAPH, NEAR_TIES_IN_NUMPY = "graph", "graph; near ties in NumPy"

Members = list[tuple[str, Any, float]]
"""Members by name, each with its share of the vote."""

WRITERS: tuple[tuple[type, Callable[[Sketch, str, Any], str]], ...] = (
    (LogisticRegression, write_linear),
    (CalibratedClassifierCV, write_machine),
    (HistGradientBoostingClassifier, write_boosting),
)
"""What writes which member; forests and neighbours have ways of their own."""

FORESTS = (RandomForestClassifier, ExtraTreesClassifier)


@dataclass(frozen=True, eq=False)
class Graph:
    """A graph, ready to be proven.

    Attributes
    ----------
    body
        The bytes of the ONNX file.
    neighbours
        What decides the rows that the graph is in doubt about; None if no neighbours vote.
    rows_at_once
        So many rows go through it in one run.
    members
        Where each member that votes in it runs, by name.
    """

    body: bytes
    neighbours: NeighbourVote | None
    rows_at_once: int
    members: dict[str, str]


def members_of(pipeline: Any) -> Members:
    """List a pipeline's fitted members by name, each with its share of the vote; shares sum to one.

    Raises
    ------
    UncompilableError
        It votes hard, which counts votes: a tie inside of a member would jump by a whole vote.
    """
    last = pipeline[-1]
    if not isinstance(last, VotingClassifier):
        return [("single", last, 1.0)]
    if last.voting != "soft":
        raise UncompilableError("its vote is hard, and only soft votes are compiled")
    named = dict(zip((name for name, _ in last.estimators), last.estimators_, strict=True))
    weights = np.ones(len(named)) if last.weights is None else np.asarray(last.weights, dtype=np.float64)
    shares = (weights / weights.sum()).tolist()
    return [(name, member, share) for (name, member), share in zip(named.items(), shares, strict=True)]


def write_graph(pipeline: Any, *, only: str | None = None) -> Graph:
    """Write a fitted pipeline, as `training.pipeline` builds it, from inputs to uncalibrated probabilities.

    `only` names the one member that shall vote; it then has the whole vote.

    Raises
    ------
    UncompilableError
        It holds something that no operator is written for.
    """
    members = members_of(pipeline)
    if only is not None:
        members = [(name, member, 1.0) for name, member, _ in members if name == only]
    steps = [step for _, step in pipeline.steps[:-1]]
    if len(steps) != 1:
        raise UncompilableError(f"it has {len(steps)} steps before its classifier, one is known")
    sketch = Sketch(int(steps[0].n_features_in_))
    prepared = write_preparation(sketch, steps[0])
    neighbours = _take_neighbours(members)
    n_classes = len(pipeline.classes_)
    outputs = {PROBABILITIES: ("float64", n_classes)}
    voices = _write_voices(sketch, prepared, members)
    if neighbours is not None:
        written = write_nearest(sketch, prepared, neighbours)
        voices.append((written.probabilities, float(neighbours.share)))
        named = ((written.doubt, DOUBT), (written.probabilities, GUESSED), (prepared, PREPARED))
        for value, name in named:
            sketch.name(value, name)
        outputs |= {DOUBT: ("bool", 1), GUESSED: ("float64", n_classes)}
        outputs[PREPARED] = ("float64", neighbours.points.shape[1])
    sketch.name(_write_mean(sketch, voices, n_classes=n_classes), PROBABILITIES)
    return Graph(
        sketch.finish(outputs),
        neighbours,
        _rows_at_once(members),
        {name: _runs_in(member) for name, member, _ in members},
    )


def _write_voices(sketch: Sketch, prepared: str, members: Members) -> list[tuple[str, float]]:
    """Write all members but neighbours; give each voice and its share. All forests speak with one voice."""
    forests = [(member, share) for _, member, share in members if isinstance(member, FORESTS)]
    voices = [(write_forests(sketch, prepared, forests), 1.0)] if forests else []
    for _, member, share in members:
        if not isinstance(member, (*FORESTS, KNeighborsClassifier)):
            voices.append((_write_member(sketch, prepared, member), share))
    return voices


def _write_mean(sketch: Sketch, voices: list[tuple[str, float]], *, n_classes: int) -> str:
    """Write the weighted sum of voices (n, n_classes), by one product with all of them side by side."""
    if len(voices) == 1 and voices[0][1] == 1.0:
        return voices[0][0]
    weights = np.vstack([share * np.eye(n_classes) for _, share in voices])
    beside = (
        sketch.add("Concat", *(voice for voice, _ in voices), axis=1) if len(voices) > 1 else voices[0][0]
    )
    return sketch.add("MatMul", beside, weights)


def _runs_in(member: Any) -> str:
    return NEAR_TIES_IN_NUMPY if isinstance(member, KNeighborsClassifier) else IN_GRAPH


def _take_neighbours(members: Members) -> NeighbourVote | None:
    found = [(member, share) for _, member, share in members if isinstance(member, KNeighborsClassifier)]
    if len(found) > 1:
        raise UncompilableError("more than one of its members are neighbours")
    return take_nearest(found[0][0], share=found[0][1]) if found else None


def _rows_at_once(members: Members) -> int:
    """Bound the matrices of rows by points, of neighbours and of support vectors."""
    widest = max((len(_points_of(member)) for _, member, _ in members), default=1)
    return max(1, min(MOST_ROWS, CELLS // max(1, widest)))


def _points_of(member: Any) -> Any:
    if isinstance(member, KNeighborsClassifier):
        return member._fit_X  # noqa: SLF001 - public nowhere
    if isinstance(member, CalibratedClassifierCV):
        return member.calibrated_classifiers_[0].estimator.support_vectors_
    return ()


def _write_member(sketch: Sketch, prepared: str, member: Any) -> str:
    for kind, write in WRITERS:
        if isinstance(member, kind):
            return write(sketch, prepared, member)
    raise UncompilableError(f"nothing writes a {type(member).__name__}")
