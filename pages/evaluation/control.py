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
    why = measured.left_out.get("controls")
    if not controls:
        return Section("controls", "Controls", f"None was run: {why}.", []) if why else None
    order = {False: 0, None: 1, True: 2}
    checks = [_check(control) for control in sorted(controls, key=lambda one: order[one.get("passed")])]
    says = f"{_count(controls)}. They come first, since they say how far all other figures can be trusted."
    examined = sentence(measured.part("examined").get("says"))
    blocks: list[Block] = [Checks(checks), *([Prose([examined], mark="note")] if examined else [])]
    return Section("controls", "Controls", says, blocks)


def _count(controls: list[dict[str, Any]]) -> str:
    """Count what came out: a control that was not run is none that passed."""
    run = [one for one in controls if one.get("is_run") is not False]
    n_warn, n_open = (sum(one.get("passed") is outcome for one in run) for outcome in (False, None))
    n_passed, n_left_out = len(run) - n_warn - n_open, len(controls) - len(run)
    if n_passed == len(controls):
        return f"All {count(n_passed, 'control')} passed"
    told = ((n_warn, "did not hold"), (n_open, "could not be decided"), (n_left_out, "not run"))
    others = [f"{n} {what}" for n, what in told if n]
    return f"{count(len(controls), 'control')}: {', '.join([*others, f'{n_passed} passed'])}"


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
    r"""Write a fact of a control, as deep as it is nested.

    >>> write_fact("p_value", 0.0004), write_fact("share_across_folds", 0.25)
    ('< 0.001', '25.0\xa0%')
    >>> write_fact("alone", {"weight": {"accuracy": 0.5, "low": 0.4, "high": 0.6}})
    'weight: accuracy 50.0\xa0%, low 0.4, high 0.6'
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
