"""The contract over HTTP: what is asked, what is answered, and what a refusal says."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from data_provider.animal import DEFAULT_NOISE, Herd, Scenario
from data_provider.draw import HIGHEST_SEED, LOWEST_SEED

MOST_RECORDS = 1_000_000


class Animal(BaseModel):
    """One raw, unlabelled record."""

    walks_on_n_legs: int = Field(title="Walks on 'n' legs", description="How many legs the animal walks on")
    height: float = Field(title="Height", description="Height in m")
    weight: float = Field(title="Weight", description="Weight in kg")
    has_wings: bool = Field(title="Has wings?", description="Whether the animal has wings")
    has_tail: bool = Field(title="Has tail?", description="Whether the animal has a tail")


class DataRequest(BaseModel):
    """Which records are wanted: the first two fields are the contract, the others belong to this service."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"examples": [{"seed": 0, "number_of_datapoints": 3}]},
    )

    seed: int = Field(ge=LOWEST_SEED, le=HIGHEST_SEED, description="The same seed gives the same records")
    number_of_datapoints: int = Field(ge=1, le=MOST_RECORDS, description="How many records")
    scenario: Scenario = Field(
        default="baseline", description="What has happened to the animals or the sensors"
    )
    noise: float = Field(default=DEFAULT_NOISE, ge=0, le=0.5, description="Share of records that are noise")
    include_kind: bool = Field(
        default=False, description="Add each record's true kind: to evaluate, never to train"
    )

    def herd(self) -> Herd:
        """Give what decides the records."""
        return Herd(
            seed=self.seed, n_records=self.number_of_datapoints, scenario=self.scenario, noise=self.noise
        )


class Refusal(BaseModel):
    """Why a request is refused, in one sentence."""

    detail: str


class Health(BaseModel):
    """The service is up."""

    status: str = "ok"


def refuse(error: dict[str, Any]) -> tuple[int, str]:
    """Turn the first fault that pydantic found into a status and a sentence."""
    where = ".".join(str(part) for part in error["loc"][1:]) or "the body"
    if error["type"] == "json_invalid":
        return 400, f"the body is not JSON: {error['ctx']['error']}"
    if where == "number_of_datapoints" and error["type"] in {"greater_than_equal", "less_than_equal"}:
        return (
            400,
            f"number_of_datapoints is {_shown(error['input'])}; one request gives 1 to {MOST_RECORDS:,}",
        )
    return 422, f"{where}: {error['msg']}; got {_shown(error['input'])}"


def _shown(value: object) -> str:
    text = f"{value:,}" if type(value) is int and abs(value) < 10**30 else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
