"""What a run found, in sentences and as the table of targets."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.serving.result import Results
from benchmarks.serving.table import NONE, count, number, times, write_table
from benchmarks.serving.target import TARGETS, Found, Target

HEAD = ("target", "measured, and beside whom", "ratio", "wanted", "verdict")


def write_targets(results: Results, model: str) -> str:
    """Say of each target what was measured, beside what, and whether it is met."""
    return write_table(HEAD, [_row(target, target.measured(results, model)) for target in TARGETS], left=2)


def write_summary(results: Results, model: str) -> str:
    """Say in two or three sentences what was found with a model, and of what nothing was."""
    found = {target: target.measured(results, model) for target in TARGETS}
    known = {target: each for target, each in found.items() if each is not None}
    missed = [target.says for target, each in known.items() if not target.is_met(each.ratio)]
    first = found[TARGETS[0]]
    said = "" if first is None else f"{_speed(first)} "
    said += f"Of {count(len(known), 'target')} measured, {len(known) - len(missed)} are met"
    said += f"; missed are {_list(missed)}." if missed else "."
    unknown = [target.says for target, each in found.items() if each is None]
    return f"{said} Not measured: {_list(unknown)}." if unknown else said


def _list(names: Sequence[str]) -> str:
    return f"*{'*; *'.join(names)}*"


def _speed(found: Found) -> str:
    ours, theirs = number(found.ours.middle), number(found.theirs.middle)
    said = f"{ours} requests a second over 64 connections, where {found.other} answers {theirs}"
    return f"{said}: {times(found.ratio)}."


def _row(target: Target, found: Found | None) -> list[str]:
    if found is None:
        return [target.says, NONE, NONE, target.bound, "not measured"]
    ours, theirs = (f"{number(each.middle)}{found.unit}" for each in (found.ours, found.theirs))
    measured = f"{ours}; {found.other}: {theirs}"
    return [target.says, measured, times(found.ratio), target.bound, _verdict(target, found)]


def _verdict(target: Target, found: Found) -> str:
    if not target.is_met(found.ratio):
        return "**missed**"
    if target.stretch is not None and found.ratio.middle >= target.stretch:
        return "met, stretch too"
    return "met"
