"""What the routes answer from the book, and what they may be asked to write into it, as types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from bentos.body import Text, Wish
from bentos.shape import LoggedShape, Shape

TIME = "Microseconds since 1970, UTC"
NUMBER = r"^(0|[1-9][0-9]{0,5})$"
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Names = Annotated[
    dict[Annotated[str, Field(pattern=NUMBER)], Name],
    # JSON Schema would let other keys pass
    Field(min_length=1, json_schema_extra={"additionalProperties": False}, examples=[{"2": "dog"}]),
]


class FeatureShape(Shape):
    """One feature of the dataset."""

    name: str
    type: Literal["integer", "number", "boolean", "category"]
    unit: str | None
    minimum: float | None
    maximum: float | None
    values: list[str] = Field(description="What a category may be; empty for any other type")
    missing: bool = Field(description="Whether it may be null or left out")
    description: str
    example: bool | int | float | str | None


class DatasetShape(Shape):
    """What is served: all that a form or a client needs to know before it asks."""

    name: str
    description: str
    target: str | None
    labels: Literal["column", "rules", "clusters"]
    classes: list[str] = Field(description="What a label may be")
    drop: list[str]
    features: list[FeatureShape]
    example: dict[str, Any]
    has_key: bool = Field(description="Whether a record may carry `key`, the client's own name for it")
    max_records: int
    formats: list[str] = Field(description="Media types of many records, and of their predictions")
    can_steer: bool = Field(description="Whether requests may promote, roll back, name clusters and train")
    can_train: bool
    efforts: list[str]


class ModelShape(Shape):
    """One model."""

    tag: str
    card: dict[str, Any]
    generations: list[int] = Field(description="Numbers of the generations whose champion it is")
    reports: dict[str, str] = Field(description="Names of the reports about it, by kind")


class EvaluationShape(Shape):
    """The evaluation of a model, as `herdbook report` draws it."""

    model_config = ConfigDict(extra="allow")

    format: int
    model: str
    snapshot: str


class GenerationShape(Shape):
    """One numbered state of who serves."""

    number: int
    champion: str
    challenger: str | None
    traffic: float = Field(description="Share of the requests that the challenger answers")
    who: str
    why: str
    evidence: dict[str, Any]
    time_us: int = Field(description=TIME)


class GenerationsShape(Shape):
    """Who has served, newest first."""

    generations: list[GenerationShape]


class SteeredShape(GenerationShape):
    """Who serves now."""

    is_new: bool = Field(description="False if that model served already, and nothing was written")


class DiscoveryShape(Shape):
    """A discovery, as it is stored, with the names of its clusters."""

    model_config = ConfigDict(extra="allow")

    report: str = Field(description="Name of the report")
    names: dict[str, str] = Field(description="Names of clusters, by their numbers")
    clusters: list[dict[str, Any]]


class PlacedShape(Shape):
    """Where one record lies on the map."""

    x: float
    y: float
    cluster: int = Field(description="Number of the cluster; -1 is none")
    membership: float
    outlier_score: float
    outlier: bool


class PlacesShape(Shape):
    """Where records lie on the map of a discovery, in the order of the request."""

    report: str
    points: list[PlacedShape]


class NamedShape(Shape):
    """What the clusters of a discovery are called now."""

    report: str
    names: dict[str, str]
    number: int = Field(description="Number of the naming")


class OriginShape(Shape):
    """The model that answered."""

    tag: str
    trained_us: int | None = Field(description=TIME)
    recipe: str | None
    snapshot: str | None
    seed: int | None
    effort: str | None
    shipped: dict[str, Any] | None
    headline: dict[str, Any] | None
    code: str | None
    libraries: dict[str, str] | None
    classes: list[str] | None


class SnapshotShape(Shape):
    """The records that the model was trained on."""

    id: str
    n_rows: int
    columns: list[str]


class ArrivalShape(Shape):
    """One time that these records came."""

    time_us: int = Field(description=TIME)
    source: str
    request: dict[str, Any] = Field(description="What the source was asked for")


class PedigreeShape(Shape):
    """Where a prediction came from; null is what the ledger does not hold."""

    prediction: LoggedShape
    model: OriginShape
    generation: GenerationShape | None = Field(
        description="The last that had named this model by then; who pins a model may have let it serve since"
    )
    generations: list[GenerationShape] = Field(description="All whose champion this model is, oldest first")
    snapshot: SnapshotShape | None
    arrivals: list[ArrivalShape] | None
    names: dict[str, str] = Field(description="Names of the clusters that the model knows, by their numbers")


class PromotionWish(Wish):
    """Which model is to serve, who says so and why."""

    tag: str = Field(max_length=256, description="As GET /models lists it")
    who: Text
    why: Text


class RollbackWish(Wish):
    """Who wants an earlier champion back and why; the one before, unless a generation is named."""

    who: Text
    why: Text
    to: int | None = Field(default=None, ge=1, lt=10**9, description="Number of that generation")
    from_generation: int | None = Field(
        default=None,
        ge=1,
        lt=10**9,
        description="Number of the generation that is thought to be the current one; 409 if another is",
    )


class NamingWish(Wish):
    """What clusters of a discovery are to be called, who says so and why."""

    report: str = Field(max_length=64, description="Name of the report, or its first 8 digits or more")
    names: Names
    who: Text
    why: Text
