"""Controls: what would make the figures worthless, asked first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.block import Block, Check, Checks, Prose, Section
from pages.evaluation.measured import Measured
from pages.number import MISSING, count, listed, number, p_value, sentence, share

MOST_FACTS, MOST_ITEMS = 14, 6


def show_controls(measured: Measured) -> Section | None:
    """Show each control with its outcome, the warnings first."""
    controls = measured.lines("controls")
    if not controls:
        return None
    order = {False: 0, None: 1, True: 2}
    checks = [_check(control) for control in sorted(controls, key=lambda one: order[one.get("passed")])]
    n_warn = sum(check.passed is False for check in checks)
    n_open = sum(check.passed is None for check in checks)
    said = [
        f"{count(len(checks), 'control')}: {n_warn} did not hold" if n_warn else f"All but {n_open} passed"
    ]
    if not n_warn and not n_open:
        said = [f"All {count(len(checks), 'control')} passed"]
    elif n_warn and n_open:
        said.append(f"{n_open} could not be decided")
    says = f"{', '.join(said)}. They come first, since they say how far all other figures can be trusted."
    examined = sentence(measured.part("examined").get("says"))
    blocks: list[Block] = [Checks(checks), *([Prose([examined], mark="note")] if examined else [])]
    return Section("controls", "Controls", says, blocks)


def _check(control: dict[str, Any]) -> Check:
    facts = control.get("facts") or {}
    pairs = [(_title(name), write_fact(name, value)) for name, value in list(facts.items())[:MOST_FACTS]]
    return Check(
        sentence(control.get("title") or control.get("name"))[:-1],
        control.get("passed"),
        sentence(control.get("says")),
        [(name, value) for name, value in pairs if value],
    )


def _title(name: str) -> str:
    said = name.replace("_", " ")
    return said[:1].upper() + said[1:]


def write_fact(name: str, value: Any) -> str:
    """Write a fact of a control, as deep as it is nested.

    >>> write_fact("p_value", 0.0004), write_fact("share_across_folds", 0.25)
    ('< 0.001', '25.0%')
    >>> write_fact("alone", {"weight": {"accuracy": 0.5, "low": 0.4, "high": 0.6}})
    'weight: accuracy 50.0%, low 0.4, high 0.6'
    """
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list):
        return listed([write_fact(name, one) for one in value], MOST_ITEMS)
    if isinstance(value, float) and "p_value" in name:
        return p_value(value)
    is_share = any(word in name for word in ("share", "accuracy", "recall")) and isinstance(
        value, int | float
    )
    if is_share and not isinstance(value, bool) and 0 <= value <= 1:
        return share(value)
    return "" if value is None else number(value)


def _mapping(value: Mapping[str, Any]) -> str:
    parts = []
    for name, one in list(value.items())[:MOST_ITEMS]:
        said = write_fact(name, one) or MISSING
        word = name.replace("_", " ") if not isinstance(one, Mapping) else f"{name}:"
        parts.append(f"{word} {said}")
    joined = "; " if any(isinstance(one, Mapping) for one in value.values()) else ", "
    more = f"{joined}{len(value) - MOST_ITEMS} more" if len(value) > MOST_ITEMS else ""
    return joined.join(parts) + more
