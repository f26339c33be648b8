"""A model's card and its evaluation report as the figures read them; a part that is not there is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, log10
from typing import Any

BASELINE = "majority"
INPUTS = {"frame+clusters": "with cluster features", "frame": "without cluster features"}
LOWER_IS_BETTER = frozenset({"log_loss", "brier"})
TITLES = {"accuracy": "Accuracy", "macro_f1": "Macro-F1", "log_loss": "Log-loss", "brier": "Brier score"}
NAMES = {
    BASELINE: "most frequent class",
    "calibrated_vote": "vote, calibrated",
    "vote": "vote, uncalibrated",
    "rbf_svm": "RBF SVM",
}

Interval = Mapping[str, Any]
Scores = Mapping[str, Interval]
"""Intervals by measure."""


@dataclass(frozen=True)
class Measured:
    """The card of a model and, if the ledger holds one, the report of its evaluation."""

    card: Mapping[str, Any]
    report: Mapping[str, Any] = field(default_factory=dict)

    def part(self, name: str) -> Mapping[str, Any]:
        """Give a part of the report."""
        found = self.report.get(name)
        return found if isinstance(found, Mapping) else {}

    @property
    def scores(self) -> Mapping[str, Mapping[str, Scores]]:
        """Intervals by inputs, then by name, then by measure."""
        written = self.card.get("evaluation") or {}
        found: Mapping[str, Mapping[str, Scores]] = self.report.get("scores") or written.get("metrics") or {}
        return found

    @property
    def inputs(self) -> str:
        """Kind of inputs of what ships."""
        return str(self.part("decision").get("inputs") or self.card.get("inputs") or "")

    @property
    def procedure(self) -> str:
        """Name of what ships, as the scores have it."""
        decision = self.part("decision") or self.card.get("shipped") or {}
        return str(decision.get("procedure") or decision.get("ensemble") or "")

    @property
    def headline(self) -> Scores:
        """Intervals of what ships."""
        found: Scores = (
            self.scores.get(self.inputs, {}).get(self.procedure) or self.card.get("headline") or {}
        )
        return found

    @property
    def baseline(self) -> Scores:
        """Intervals of always answering with the most frequent class."""
        return next((lines[BASELINE] for lines in self.scores.values() if BASELINE in lines), {})

    @property
    def why(self) -> list[str]:
        """Why what ships ships."""
        decision = self.part("decision") or self.card.get("shipped") or {}
        return [str(one) for one in decision.get("why") or []]

    @property
    def is_of_clusters(self) -> bool:
        """Whether the labels are names of clusters, so that to be right is to agree with the discovery."""
        return bool(self.report.get("fold_discovery")) or (
            (self.card.get("labels") or {}).get("from") in {"clusters", "rules"}
        )

    @property
    def loss_places(self) -> int:
        """Places after the point with which losses as small as these can be told apart."""
        return loss_places(scores for lines in self.scores.values() for scores in lines.values())


def loss_places(several: Any) -> int:
    """Give the places after the point with which the log-losses of several scores can be told apart."""
    losses = [one["log_loss"]["value"] for one in several if one.get("log_loss")]
    smallest = min((loss for loss in losses if loss > 0), default=1.0)
    return min(5, max(3, 2 - floor(log10(smallest))))


def name_member(name: object) -> str:
    """Write a member's name for a person.

    >>> name_member("hist_gradient_boosting"), name_member("calibrated_vote")
    ('gradient boosting', 'vote, calibrated')
    """
    return NAMES.get(str(name), str(name).removeprefix("hist_").replace("_", " "))


def name_inputs(inputs: object) -> str:
    """Write a kind of inputs for a person."""
    return INPUTS.get(str(inputs), str(inputs or ""))
