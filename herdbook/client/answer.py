"""What the service answers, typed: made from its JSON here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Attributes
    ----------
    record
        Place of the record in the request, from 0; None if it lies in no record.
    """

    record: int | None
    field: str | None
    got: Any
    expected: str

    def sentence(self) -> str:
        """Say what was got and what was expected, without the place of the record.

        >>> Fault(3, "height", "tall", "a number").sentence()
        "field 'height': got 'tall', expected a number"
        """
        where = "" if self.field is None else f"field {self.field!r}: "
        got = "nothing" if self.got is None else repr(self.got)
        return f"{where}got {got}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says about one record.

    Attributes
    ----------
    id
        UUIDv7, under which the prediction log holds it.
    confidence
        Probability of the label.
    probabilities
        Of every class; they sum to 1.
    cluster, membership
        The cluster that it lies in and how firmly, from 0 to 1; -1 is none.
    outlier
        Whether it lies in no cluster.
    key
        Your own name for the record, if you gave one.
    model
        Tag of the model that answered.
    """

    id: str
    label: str
    confidence: float
    probabilities: dict[str, float]
    cluster: int
    membership: float
    outlier: bool
    key: str | None
    model: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where one record lies among the clusters that discovery found.

    Attributes
    ----------
    cluster, membership
        The cluster that it lies in and how firmly, from 0 to 1; -1 is none.
    outlier_score
        From 0, in the middle of a cluster, to 1, far from all.
    """

    cluster: int
    membership: float
    outlier_score: float
    outlier: bool
    key: str | None
    model: str


@dataclass(frozen=True, slots=True)
class RowError:
    """One record that was refused, in the place of its answer.

    Attributes
    ----------
    record
        Its place in the request, from 0.
    error
        The sentence of the service.
    """

    record: int
    error: str
    kind: str
    faults: tuple[Fault, ...]

    def sentence(self) -> str:
        """Say what is wrong with the record, without its place: for a cell beside it."""
        return "; ".join(fault.sentence() for fault in self.faults) or self.error


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the service will not: the body of every answer from 400 on."""

    error: str
    kind: str
    faults: tuple[Fault, ...] = ()
    total_faults: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some rows of the prediction log, newest first.

    Attributes
    ----------
    next
        The `before` of the page after this one; None on the last.
    """

    rows: list[dict[str, Any]]
    next: str | None


def fault_of(said: Mapping[str, Any]) -> Fault:
    """Read one fault."""
    return Fault(said["record"], said["field"], said["got"], said["expected"])


def prediction_of(said: Mapping[str, Any], model: str) -> Prediction:
    """Read one prediction of many."""
    return Prediction(
        said["id"],
        said["label"],
        said["confidence"],
        said["probabilities"],
        said["cluster"],
        said["membership"],
        said["outlier"],
        said.get("key"),
        model,
    )


def one_prediction_of(said: Mapping[str, Any]) -> Prediction:
    """Read the flat answer to one flat record."""
    return prediction_of({**said, "label": said["prediction"]}, said["model_used"])


def assignment_of(said: Mapping[str, Any], model: str) -> Assignment:
    """Read one place among the clusters."""
    return Assignment(
        said["cluster"],
        said["membership"],
        said["outlier_score"],
        said["outlier"],
        said.get("key"),
        model,
    )


def row_error_of(said: Mapping[str, Any], record: int) -> RowError:
    """Read what stands in the place of an answer."""
    return RowError(record, said["error"], said["kind"], tuple(fault_of(each) for each in said["faults"]))


def problem_of(said: Mapping[str, Any]) -> Problem:
    """Read why the service will not."""
    faults = tuple(fault_of(each) for each in said["faults"])
    return Problem(str(said["error"]), str(said["kind"]), faults, said["total_faults"], said["request_id"])
