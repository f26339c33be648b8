"""Where the raw records of a dataset come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from herdbook.feature import Declared


class HttpSource(Declared):
    """Records from a data service: POST `request`, get a JSON array of records."""

    kind: Literal["http"]
    url: str = Field(pattern=r"^https?://")
    request: dict[str, Any] = Field(default_factory=dict)
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    retries: int = Field(default=4, ge=0, le=10)


class CsvSource(Declared):
    """Records from a CSV file, taken as text and parsed by the check."""

    kind: Literal["csv"]
    path: str


class ParquetSource(Declared):
    """Records from a Parquet file."""

    kind: Literal["parquet"]
    path: str


class BuiltinSource(Declared):
    """Records that come with scikit-learn."""

    kind: Literal["builtin"]
    name: Literal["iris"]


Source = Annotated[HttpSource | CsvSource | ParquetSource | BuiltinSource, Field(discriminator="kind")]
