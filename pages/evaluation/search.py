"""The search: which candidates were tried to the end, and which were given up and why."""

from __future__ import annotations

from typing import Any

from pages.block import Fold, Points, Section, Table, present
from pages.evaluation.cost import write_settings
from pages.evaluation.measured import Measured, name_member
from pages.number import count, number, sentence, share

KNOWN = {"member", "settings", "why", "inputs"}


def show_search(measured: Measured) -> Section | None:
    """Show the candidates and how the budget was kept."""
    part = measured.part("search")
    completed, dropped = (list(part.get(name) or []) for name in ("completed", "dropped"))
    if not completed and not dropped:
        return None
    says = (
        f"{count(len(completed), 'candidate')} tried on every fold, {len(dropped)} given up.{_budget(part)}"
    )
    done = _table("Completed", completed) if completed else None
    given_up = _table("Given up", dropped) if dropped else None
    folded = Fold(f"Completed: {count(len(completed), 'candidate')}", [done]) if done else None
    return Section("search", "Search", says, present(_narrowed(part), given_up, folded))


def _narrowed(part: dict[str, Any]) -> Points | None:
    """List what the budget left no room for in the design; nothing, if it took nothing away."""
    said = [sentence(one) for one in part.get("narrowed") or []]
    return Points(said, "What the budget left no room for") if said else None


def _budget(part: dict[str, Any]) -> str:
    budget, spent = part.get("budget_cpu_s"), part.get("spent_cpu_s")
    if spent is None:
        return "" if budget is None else f" The budget was {number(budget)} CPU-seconds."
    if not budget:
        return f" It took {number(spent)} CPU-seconds; no budget was set."
    return (
        f" It took {number(spent)} of {number(budget)} CPU-seconds ({share(spent / budget)} of the budget)."
    )


def _table(caption: str, candidates: list[Any]) -> Table:
    lines = [one if isinstance(one, dict) else {"member": one} for one in candidates]
    has_why = any(one.get("why") for one in lines)
    extra = [
        name
        for name, value in lines[0].items()
        if name not in KNOWN and isinstance(value, int | float) and not isinstance(value, bool)
    ]
    rows = [
        [
            name_member(one.get("member")),
            write_settings(one.get("settings")),
            *(number(one.get(name)) for name in extra),
            *([str(one.get("why") or "")] if has_why else []),
        ]
        for one in lines
    ]
    heads = [
        "Member",
        "Settings",
        *(f"#{name.replace('_', ' ')}" for name in extra),
        *(["Why"] if has_why else []),
    ]
    return Table(caption, heads, rows)
