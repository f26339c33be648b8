"""The answers as types: what the OpenAPI document promises, and what the tests hold the answers to."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer: closed, so that the document names all there is."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class FaultShape(Shape):
    """One thing that is wrong, and where."""

    record: int | None = Field(description="Place of the record in the request, from 0; null if in none")
    field: str | None
    got: Any
    expected: str


class ProblemShape(Shape):
    """What was wrong: the body of every answer from 400 on."""

    error: str = Field(description="One sentence: what was wrong, and the cure")
    kind: str = Field(description="Name of the failure, for programs")
    faults: list[FaultShape] = Field(max_length=5)
    total_faults: int = Field(description="How many faults there are; at most five are told")
    request_id: str


class RowProblemShape(Shape):
    """What was wrong with one record of a request with `"errors": "inline"`."""

    error: str
    kind: str
    faults: list[FaultShape] = Field(max_length=5)


class PredictionShape(Shape):
    """What the model says about one record."""

    id: str = Field(description="UUIDv7 of the prediction, as in GET /predictions/{id}")
    label: str
    confidence: float
    probabilities: dict[str, float]
    cluster: int = Field(description="Number of the cluster; -1 is none")
    membership: float
    outlier: bool
    key: str | None = Field(default=None, description="The client's own name for the record, if it gave one")


class PredictionsShape(Shape):
    """One prediction a record, in the order of the request."""

    predictions: list[PredictionShape | RowProblemShape]
    model: str = Field(examples=["animals:3f2a9c01d4b7"])


class OnePredictionShape(Shape):
    """What the model says about the one record that was sent."""

    prediction: str
    confidence: float
    model_used: str
    id: str
    probabilities: dict[str, float]
    cluster: int
    membership: float
    outlier: bool
    key: str | None = None


class ClusterShape(Shape):
    """Where one record lies among the clusters that discovery found."""

    cluster: int = Field(description="Number of the cluster; -1 is none")
    membership: float
    outlier_score: float
    outlier: bool
    key: str | None = None


class ClustersShape(Shape):
    """One place among the clusters a record, in the order of the request."""

    clusters: list[ClusterShape | RowProblemShape]
    model: str


class OneClusterShape(ClusterShape):
    """Where the one record that was sent lies."""

    model_used: str


class LoggedShape(Shape):
    """One row of the prediction log."""

    id: str
    time_us: int = Field(description="When it was made: microseconds since 1970, UTC")
    request_id: str
    key: str | None
    model: str
    role: str
    schema_hash: str
    record: dict[str, Any]
    label: str
    confidence: float
    probabilities: dict[str, float]
    cluster: int
    membership: float
    outlier: bool


class LoggedPageShape(Shape):
    """Some rows of the prediction log, newest first."""

    predictions: list[LoggedShape]
    next: str | None = Field(description="The `before` of the page after this one; null on the last")


class ModelsShape(Shape):
    """The models of the ledger."""

    models: list[dict[str, Any]]
    current: str | None = Field(description="Tag of the model that answers now")


class CurrentModelShape(Shape):
    """The model that answers now."""

    tag: str
    generation: int = Field(description="The generation that named it; 0 if it is pinned or baked in")
    card: dict[str, Any]


class HealthShape(Shape):
    """How the worker that answers is; one without a model answers 503 instead."""

    status: Literal["ready"]
    dataset: str
    model: str
    generation: int
    log_depth_rows: int = Field(description="Predictions of this worker that no segment holds yet")
