"""How the labels of a dataset arise: from a column, from rules that name clusters, or from the clusters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from herdbook.feature import Declared
from herdbook.rule import Rule


class ColumnLabels(Declared):
    """Labels stand in a column of the raw data."""

    from_: Literal["column"] = Field(alias="from")
    column: str = Field(min_length=1)


class RuleLabels(Declared):
    """Rules name the clusters that discovery finds."""

    from_: Literal["rules"] = Field(alias="from")
    rules: tuple[Rule, ...] = Field(min_length=1)


class ClusterLabels(Declared):
    """Clusters are the labels, named by a person or `cluster-0`, `cluster-1`, …."""

    from_: Literal["clusters"] = Field(alias="from")
    names: dict[str, str] = Field(default_factory=dict)


Labels = Annotated[ColumnLabels | RuleLabels | ClusterLabels, Field(discriminator="from_")]
