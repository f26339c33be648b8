"""A card and an evaluation report as their page reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from pages.identity import Identity

INPUTS = {"frame+clusters": "with cluster features", "frame": "without cluster features"}
SHORT = {"frame+clusters": "with", "frame": "without"}
COLOURS = {"frame+clusters": 0, "frame": 9}
"""Numbers of the looks of both kinds of inputs: they differ in colour and in symbol."""
BASELINE = "majority"
LOWER_IS_BETTER = frozenset({"log_loss", "brier"})
TITLES = {"accuracy": "Accuracy", "macro_f1": "Macro-F1", "log_loss": "Log-loss", "brier": "Brier score"}


@dataclass(frozen=True)
class Measured:
    """The card of a model, and the report of its evaluation."""

    card: Mapping[str, Any]
    report: Mapping[str, Any]

    def part(self, name: str) -> dict[str, Any]:
        """Give a part of the report, empty if it is not there."""
        found = self.report.get(name)
        return found if isinstance(found, dict) else {}

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Give a list of the report, empty if it is not there."""
        return [line for line in self.report.get(name) or [] if isinstance(line, dict)]

    @property
    def scores(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Intervals by inputs, then by name, then by measure."""
        written = self.card.get("evaluation") or {}
        found: dict[str, dict[str, dict[str, Any]]] = (
            self.report.get("scores") or written.get("metrics") or {}
        )
        return found

    @property
    def decision(self) -> dict[str, Any]:
        """What ships: ensemble, inputs and why."""
        shipped = {**(self.card.get("shipped") or {}), "inputs": self.card.get("inputs")}
        return self.part("decision") or shipped

    @property
    def procedure(self) -> str:
        """Name of what ships, as the scores have it."""
        decision = self.decision
        return str(decision.get("procedure") or decision.get("ensemble") or "")

    @property
    def headline(self) -> dict[str, Any]:
        """Intervals of what ships, by measure."""
        of_inputs = self.scores.get(str(self.decision.get("inputs")), {})
        return of_inputs.get(self.procedure) or self.card.get("headline") or {}

    @property
    def baseline(self) -> dict[str, Any]:
        """Intervals of always answering with the most frequent class."""
        return next((lines[BASELINE] for lines in self.scores.values() if BASELINE in lines), {})

    @property
    def is_of_clusters(self) -> bool:
        """Whether the labels are names of clusters, so that to be right is to agree with discovery."""
        if self.report.get("fold_discovery"):
            return True
        return (self.card.get("labels") or {}).get("from") == "clusters"

    @property
    def beside_baseline(self) -> dict[str, Any]:
        """The paired comparison of what ships, the first, with the baseline; empty if there is none."""
        wanted = {"a": self.procedure, "b": BASELINE, "inputs_a": self.decision.get("inputs")}
        pairs = self.lines("paired")
        return next((one for one in pairs if all(one.get(name) == is_ for name, is_ in wanted.items())), {})

    @property
    def left_out(self) -> dict[str, str]:
        """Why parts of the examination were left out, by their names."""
        found = self.part("examined").get("left_out") or {}
        return {str(name): str(why) for name, why in found.items()}

    @property
    def loss_places(self) -> int:
        """Places after the point with which losses as small as these can be told apart."""
        losses = [
            one["log_loss"]["value"]
            for lines in self.scores.values()
            for one in lines.values()
            if one.get("log_loss")
        ]
        smallest = min((loss for loss in losses if loss > 0), default=1.0)
        return min(5, max(3, 2 - floor(log10(smallest))))

    @property
    def classes(self) -> list[str]:
        """Names of the classes."""
        named = self.card.get("classes") or self.part("confusion").get("classes")
        return list(named or [line.get("name", "") for line in self.lines("classes")])


def name_member(name: Any) -> str:
    """Write a member's name for a person.

    >>> name_member("hist_gradient_boosting")
    'gradient boosting'
    """
    return str(name).removeprefix("hist_").replace("_", " ")


def name_inputs(inputs: Any) -> str:
    """Write a kind of inputs for a person."""
    return INPUTS.get(str(inputs), str(inputs or ""))


def look_of_inputs(inputs: str, place: int) -> Identity:
    """Give the look of a kind of inputs, the same in every plot."""
    return Identity(COLOURS.get(inputs, place + 2), name_inputs(inputs))
