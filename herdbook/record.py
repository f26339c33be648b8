"""The record class of a dataset: strict, closed, and free of NaN and infinity."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from herdbook.feature import Feature

KEY = "key"
LONGEST_KEY = 256


def _whole_number(value: object) -> object:
    """Take 4.0 for 4, as JSON Schema's `integer` does; leave the rest to the strict check."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _annotation(feature: Feature) -> Any:
    low, high = feature.bounds
    bounds = Field(ge=low, le=high, allow_inf_nan=False)
    whole = Field(ge=ceil(low), le=floor(high))
    match feature.type:
        case "integer":
            kind: Any = Annotated[
                int, whole, BeforeValidator(_whole_number, json_schema_input_type=Annotated[int, whole])
            ]
        case "number":
            kind = Annotated[float, bounds]
        case "boolean":
            kind = bool
        case "category":
            kind = Literal[feature.values]
    return kind | None if feature.missing else kind


def _field(feature: Feature) -> tuple[Any, Any]:
    unit = f" [{feature.unit}]" if feature.unit else ""
    examples = None if feature.example is None else [feature.example]
    default: Any = None if feature.missing else ...
    return _annotation(feature), Field(
        default=default, description=feature.description + unit, examples=examples
    )


def build_record_class(dataset: str, features: Sequence[Feature]) -> type[BaseModel]:
    """Make the pydantic class of one record of the dataset.

    A record may carry `key`, the client's own name for it, unless a feature has that name.
    """
    fields: dict[str, Any] = {feature.name: _field(feature) for feature in features}
    if KEY not in fields:
        longest = Annotated[str, Field(max_length=LONGEST_KEY)]
        fields[KEY] = (
            longest | None,
            Field(default=None, description="The client's own name for this record"),
        )
    title = "".join(part.capitalize() for part in dataset.replace("-", "_").split("_")) + "Record"
    config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)
    return create_model(title, __config__=config, __doc__=f"One record of the dataset {dataset}.", **fields)
