"""One declared feature: its type, its unit and what it may hold."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

FIELD_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,62}$"
LARGEST_INTEGER = 2**53
"""Up to here float64 holds every integer exactly."""


class Declared(BaseModel):
    """A part of a dataset file: frozen, and closed to unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Feature(Declared):
    """One declared feature: its type, unit and bounds."""

    name: str = Field(pattern=FIELD_NAME)
    type: Literal["integer", "number", "boolean", "category"]
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()
    missing: bool = False
    description: str = ""
    example: bool | int | float | str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        numeric = self.type in {"integer", "number"}
        if not numeric and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"feature {self.name!r} is a {self.type}, which has no minimum or maximum")
        if (self.type == "category") != bool(self.values):
            raise ValueError(
                f"feature {self.name!r}: `values` lists what a category, and only a category, may be"
            )
        if len(set(self.values)) != len(self.values):
            raise ValueError(f"feature {self.name!r}: `values` names something twice")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(
                f"feature {self.name!r}: minimum {self.minimum} lies above maximum {self.maximum}"
            )
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value allowed, in the feature's unit."""
        widest = float(LARGEST_INTEGER) if self.type == "integer" else np.finfo(np.float64).max
        low = -widest if self.minimum is None else self.minimum
        high = widest if self.maximum is None else self.maximum
        return float(low), float(high)
