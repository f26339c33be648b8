"""How a thing looks wherever it appears: its name, its colour and its symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

N_COLOURS = 8
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "hexagon", "star")
"""Colours come round again after eight; the symbol tells those of one colour apart, up to 56 things."""
NOISE = -1


@dataclass(frozen=True)
class Identity:
    """Name, colour (the number of a custom property in page.css) and symbol of a cluster, class or input."""

    number: int
    name: str
    is_named: bool = False

    @property
    def colour(self) -> str:
        """Name of the colour in page.css."""
        return "noise" if self.number == NOISE else f"c{self.number % N_COLOURS}"

    @property
    def symbol(self) -> str:
        """Name of the symbol, as plotly calls it."""
        if self.number == NOISE:
            return "x"
        return SYMBOLS[self.number // N_COLOURS % len(SYMBOLS)]

    @property
    def full(self) -> str:
        """The name, and the number behind a name that a person gave."""
        return f"{self.name} (cluster {self.number})" if self.is_named else self.name


@dataclass(frozen=True)
class Identities:
    """The clusters of a report by their number."""

    names: Mapping[str, str]

    def of(self, number: Any) -> Identity:
        """Give the look of a cluster; -1 is that of records in no cluster."""
        if number is None or int(number) == NOISE:
            return Identity(NOISE, "no cluster")
        own = f"cluster-{number}"
        name = self.names.get(str(number)) or own
        return Identity(int(number), name, is_named=name != own)
