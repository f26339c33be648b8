"""Costs: what each member takes to fit and to answer."""

from __future__ import annotations

from typing import Any

from pages.block import Section, Table
from pages.evaluation.measured import Measured, name_member
from pages.number import MISSING, number, share


def show_costs(measured: Measured) -> Section | None:
    """Show the costs of each member and its settings."""
    costs = measured.lines("costs")
    if not costs:
        return None
    share_name = next((name for name in costs[0] if name.startswith("share_of_")), None)
    rows = [_row(one, share_name) for one in costs]
    heads = ["Member", "Settings", "#One fit, CPU-seconds", "#Answer, \N{MICRO SIGN}s a row"]
    heads += [f"#{share_name.replace('_', ' ').capitalize()}"] if share_name else []
    says = "CPU time on the machine that trained: what one fit (the mean of all) and each answer cost."
    return Section("costs", "Costs", says, [Table("Costs of each candidate", heads, rows)])


def _row(one: dict[str, Any], share_name: str | None) -> list[str]:
    cells = [
        name_member(one.get("member")),
        write_settings(one.get("settings")),
        number(one.get("fit_cpu_s")),
        number(one.get("predict_us_per_row")),
    ]
    return [*cells, share(one.get(share_name))] if share_name else cells


def write_settings(settings: Any) -> str:
    """Write the settings of a candidate in a line.

    >>> write_settings({"max_depth": 3, "weights": "uniform"})
    'max_depth 3, weights uniform'
    """
    if not settings:
        return MISSING
    if not isinstance(settings, dict):
        return str(settings)
    return ", ".join(f"{name.split('__')[-1]} {number(value)}" for name, value in settings.items())
