"""A discovery's report as its page reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pages.identity import Identities, Identity
from pages.number import sentence

NUMBERED = re.compile(r"\bclusters? \d+(?:(?:, \d+)* and \d+)?")


@dataclass(frozen=True)
class Found:
    """The report, and the names of its clusters by their number as text."""

    report: Mapping[str, Any]
    names: Mapping[str, str]

    def of(self, number: Any) -> Identity:
        """Give the look of a cluster."""
        return Identities(self.names).of(number)

    def part(self, name: str) -> dict[str, Any]:
        """Give a part of the report, empty if it is not there."""
        return self.report.get(name) or {}

    @cached_property
    def clusters(self) -> list[dict[str, Any]]:
        """The clusters, in the order of their numbers."""
        return list(self.report.get("clusters") or [])

    @cached_property
    def features(self) -> list[str]:
        """Names of all features, as far as a part of the report tells them."""
        treated = self.part("preprocessing").get("features") or {}
        first = self.clusters[0].get("features") if self.clusters else None
        return list(treated or first or self.part("outliers").get("features") or {})

    def say(self, text: Any) -> str:
        """Make a sentence of a text of the report, with names behind the numbers of clusters."""
        named = NUMBERED.sub(lambda match: re.sub(r"\d+", self._named, match.group()), str(text or ""))
        return sentence(named, self.features)

    def _named(self, number: re.Match[str]) -> str:
        name = self.names.get(number.group())
        return f"{number.group()} ({name})" if name else number.group()
