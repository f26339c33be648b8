"""How coarse a look at the records is: HDBSCAN's two numbers, told in a way that grows with the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import Any

FEWEST_NEIGHBOURS = 5
"""With fewer neighbours a density is told from too few records to mean much."""


@dataclass(frozen=True)
class Parameters:
    """The two numbers that HDBSCAN is told."""

    min_cluster_size: int
    min_samples: int


@dataclass(frozen=True)
class Scale:
    """A choice of parameters that carries from n records to any part of them.

    Attributes
    ----------
    share : a cluster holds at least this share of the records; 1 leaves all of them together
    factor : a density is told from `factor · √n` neighbours
    """

    share: float
    factor: float

    def of(self, n_records: int) -> Parameters:
        """Give the parameters for so many records.

        `min_samples` grows with the square root, so that the density is told ever better and from ever closer
        by (consistent as n grows: Loftsgaarden and Quesenberry, 1965). A cluster holds at least twice as many
        records, since a smaller one is not told from its surroundings.
        """
        min_samples = max(FEWEST_NEIGHBOURS, int(self.factor * sqrt(n_records)))
        return Parameters(max(2 * min_samples, ceil(self.share * n_records)), min_samples)


TOGETHER = Scale(share=1.0, factor=0.5)
"""The scale that leaves all records together: they are one cluster or none."""


@dataclass(frozen=True, eq=False)
class ScaleChoice:
    """A chosen scale, and how it was chosen.

    Attributes
    ----------
    scale : the chosen one
    grid : the whole grid that was looked at, as rows of plain JSON
    rule : the rule in words
    n_clusters : how many clusters it gave to the records that were looked at; None if they stay together
    coarser : scales with larger shares that were as good and gave as many clusters, the next one first
    """

    scale: Scale
    grid: list[dict[str, Any]]
    rule: str
    n_clusters: int | None = None
    coarser: tuple[Scale, ...] = ()

    def take(self, scale: Scale) -> ScaleChoice:
        """Give the same choice with another scale of the grid chosen."""
        chosen = (scale.share, scale.factor)
        grid = [row | {"is_chosen": (row["share"], row["factor"]) == chosen} for row in self.grid]
        return replace(self, scale=scale, grid=grid)
