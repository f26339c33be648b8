"""What the peers' frameworks are told of a body: as strict about it as Herdbook is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Animal(BaseModel):
    """One record, with the three columns that were computed before it was sent."""

    model_config = ConfigDict(strict=True, extra="forbid")

    walks_on_n_legs: int = Field(ge=0, le=8)
    height: Finite = Field(ge=0, le=20)
    weight: Finite = Field(ge=0, le=20_000)
    has_wings: bool
    has_tail: bool
    cluster: int = Field(ge=-1)
    membership: Finite = Field(ge=0, le=1)
    outlier_score: Finite = Field(ge=0, le=1)

    def row(self) -> list[float]:
        """Give the values in the order of the model's inputs."""
        return list(self.__dict__.values())


class Animals(BaseModel):
    """Many records."""

    model_config = ConfigDict(strict=True, extra="forbid")

    animals: list[Animal]

    def rows(self) -> list[list[float]]:
        """Give the values of all records."""
        return [animal.row() for animal in self.animals]


class Prediction(BaseModel):
    """What is answered to one record."""

    label: str
    probabilities: dict[str, float]
