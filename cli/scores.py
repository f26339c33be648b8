"""A model's figures and its comparison with the champion, for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.console import say, say_prose, say_table
from herdbook.package import FRAME, FRAME_AND_CLUSTERS

MAJORITY = "majority"
INPUTS = {FRAME_AND_CLUSTERS: "with cluster features", FRAME: "without cluster features"}
HEADS = ("", "accuracy %", "macro-F1 %", "log-loss")


def interval(measured: Mapping[str, Any], *, scale: float = 100, digits: int = 1) -> str:
    """Write an estimate and its 95 % interval.

    >>> interval({"value": 0.98765, "low": 0.97, "high": 0.9951})
    '98.8 (97.0-99.5)'
    """
    value, low, high = (_figure(measured[name] * scale, digits) for name in ("value", "low", "high"))
    return f"{value} ({low}-{high})"


def _figure(value: float, digits: int) -> str:
    said = f"{value:.{digits}f}"
    return "100" if said == "100.0" else said


def headline(model: Mapping[str, Any]) -> dict[str, str]:
    """Return the few figures of a model that a list of models shows, by their names."""
    return dict(zip(HEADS[1::2], cells(model.get("headline") or {})[::2], strict=True))


def say_scores(card: Mapping[str, Any], timings: Mapping[str, Any]) -> None:
    """Say how good a model is: itself, every member and the baseline, with and without cluster features.

    What took how long (`timings`) is no part of a card; it is said where it is known.
    """
    ensemble = card["shipped"]["ensemble"]
    for inputs, lines in card["evaluation"]["metrics"].items():
        shipped = ", shipped" if inputs == card["inputs"] else ""
        say(f"\n{INPUTS.get(inputs, inputs)}{shipped}")
        names = sorted(lines, key=lambda name: (name != ensemble, name == MAJORITY, _log_loss(lines[name])))
        say_table(HEADS, [[_name(name), *cells(lines[name])] for name in names])
    say("\n(95 % intervals); nested cross-validation: rows the scored model never saw")
    if card["evaluation"]["note"]:
        say_prose(f"Note: {card['evaluation']['note']}.")
    _say_classic(card["classic"], timings.get("classic_fit_s") or {})


def say_comparison(comparison: Mapping[str, Any]) -> None:
    """Say how a model compares with the champion, and how to promote it."""
    champion, challenger = comparison["champion"], comparison["challenger"]
    heads = ["", "model", *HEADS[1::2]]
    each = [("champion", champion), ("challenger", challenger)]
    say("")
    say_table(heads, [[role, tag, *cells(comparison["headline"][tag])[::2]] for role, tag in each])
    agreement = comparison["agreement"]
    agreed = "" if agreement is None else f" They give the same label to {agreement:.1%} of the records."
    says = as_sentence(comparison["says"], (champion, challenger))
    say_prose(f"\n{says}{agreed}")
    say(f"To let the challenger serve: {comparison['promote']}")


def as_sentence(says: str, tags: tuple[str, ...]) -> str:
    """Begin with a capital and end with a full stop; a tag that stands first is no word to change.

    >>> as_sentence("no difference shown", ()), as_sentence("iris:ab is better", ("iris:ab",))
    ('No difference shown.', 'iris:ab is better.')
    """
    return f"{says if says.startswith(tags) else says[0].upper() + says[1:]}."


def _name(member: str) -> str:
    return member.removeprefix("hist_").replace("_", " ")


def cells(scores: Mapping[str, Any]) -> list[str]:
    """Write the figures under `HEADS`; each is empty for a model of which none is known."""
    if not scores:
        return ["", "", ""]
    shares = [interval(scores[name]) for name in ("accuracy", "macro_f1")]
    return [*shares, interval(scores["log_loss"], scale=1, digits=3)]


def _log_loss(scores: Mapping[str, Any]) -> float:
    return float(scores["log_loss"]["value"])


def _say_classic(classic: Mapping[str, Any], fit_s: Mapping[str, float]) -> None:
    if not classic:
        return
    say("\nthe classic 80/20 split")
    heads = ["", "train %", "test %", "repeated folds %", "KiB", *(["fit ms"] if fit_s else [])]
    say_table(heads, [[_name(name), *_classic(facts, fit_s.get(name))] for name, facts in classic.items()])


def _classic(facts: Mapping[str, Any], fit_s: float | None) -> list[object]:
    train, kib = f"{facts['train_accuracy'] * 100:.1f}", round(facts["model_size_bytes"] / 1024)
    took = [] if fit_s is None else [f"{fit_s * 1_000:.1f}"]
    return [train, interval(facts["test_accuracy"]), interval(facts["repeated_cross_validation"]), kib, *took]
