"""Reads results: a figure over rounds, and ours beside another's, round by round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.serving.load import Case


@dataclass(frozen=True)
class Spread:
    """One figure of several rounds: its median, and the lowest and the highest."""

    middle: float
    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float]) -> Spread | None:
        """Summarise the values of the rounds; None if there are none."""
        return cls(median(values), min(values), max(values)) if values else None


class Results:
    """What a results file says."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.found = found
        self.models: list[str] = list(found["models"])
        self.titles: dict[str, str] = {name: said["title"] for name, said in found["contestants"].items()}

    def runs(self, model: str, contestant: str) -> list[dict[str, Any]]:
        """List what a contestant did with a model, by round; rounds in which it was absent are left out."""
        mine = [run for run in self._of(model, contestant) if "absent" not in run]
        return sorted(mine, key=lambda run: int(run["round"]))

    def absence(self, model: str, contestant: str) -> tuple[int, str] | None:
        """Tell in how many rounds a contestant was absent, and why in the last of them."""
        said = [run["absent"] for run in self._of(model, contestant) if "absent" in run]
        return (len(said), said[-1]) if said else None

    def has_runs(self, model: str) -> bool:
        """Tell whether anybody was measured with a model."""
        return any(self.runs(model, name) for name in self.titles)

    def missing(self, model: str, contestant: str) -> dict[str, tuple[int, str]]:
        """Give by name the cases that were not measured: in how many rounds, and why in the last of them."""
        found: dict[str, tuple[int, str]] = {}
        for run in self.runs(model, contestant):
            for case, why in run["missing"].items():
                found[case] = (found.get(case, (0, ""))[0] + 1, why)
        return found

    def by_round(self, model: str, contestant: str, case: Case, field: str) -> dict[int, float]:
        """Give a figure of a case by round."""
        return {
            run["round"]: load[field]
            for run in self.runs(model, contestant)
            for load in run["loads"]
            if (load["connections"], load["records"], load["form"]) == case and load["requests"]
        }

    def spread(self, model: str, contestant: str, case: Case, field: str) -> Spread | None:
        """Give a figure of a case over the rounds."""
        return Spread.over(list(self.by_round(model, contestant, case, field).values()))

    def ratio(self, model: str, one: tuple[str, Case], other: tuple[str, Case], field: str) -> Spread | None:
        """Divide one's figure by another's in each round that both have."""
        return _divide(*(self.by_round(model, *each, field) for each in (one, other)))

    def part(self, model: str, contestant: str, part: str, field: str) -> Spread | None:
        """Give a figure of a run's `start` or `memory` over the rounds."""
        return Spread.over(list(self._parts(model, contestant, part, field).values()))

    def beside(self, model: str, one: str, other: str, where: Case | str, field: str) -> Spread | None:
        """Divide one's figure of a case, of its start or of its memory by another's."""
        if isinstance(where, Case):
            return self.ratio(model, (one, where), (other, where), field)
        return _divide(*(self._parts(model, name, where, field) for name in (one, other)))

    def _parts(self, model: str, contestant: str, part: str, field: str) -> dict[int, float]:
        runs = self.runs(model, contestant)
        return {run["round"]: run[part][field] for run in runs if run.get(part)}

    def _of(self, model: str, contestant: str) -> list[dict[str, Any]]:
        runs = self.found["runs"]
        return [run for run in runs if (run["model"], run["contestant"]) == (model, contestant)]


def _divide(above: Mapping[int, float], below: Mapping[int, float]) -> Spread | None:
    """Divide round by round."""
    both = above.keys() & below.keys()
    return Spread.over([above[nth] / below[nth] for nth in both if below[nth]])
