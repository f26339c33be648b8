"""A model's metrics and its comparison with the champion, for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.console import say


def percent(share: float) -> str:
    """Write a share as a percentage.

    >>> percent(0.98765)
    '98.8 %'
    """
    return f"{share * 100:.1f} %"


def interval(metric: Mapping[str, Any] | None) -> str:
    """Write a metric with its 95 % interval."""
    return "" if metric is None else str(metric)


def say_scores(answer: Mapping[str, Any]) -> None:
    """Say how good a model is."""
    say(str(answer.get("metrics")))


def say_comparison(answer: Mapping[str, Any]) -> None:
    """Say how a model compares with the champion, and how to promote it."""
    say(str(answer.get("comparison")))


def headline(model: Mapping[str, Any]) -> dict[str, object]:
    """Return the few metrics of a model that a list of models shows, by their names."""
    return {"headline": str(model.get("headline"))}
