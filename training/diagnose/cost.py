"""What fitting and asking each member cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MICROSECONDS = 1e6


def costs(
    measured: Iterable[Mapping[str, Any]], *, budget_cpu_s: float | None = None
) -> list[dict[str, Any]]:
    """Tabulate what each candidate cost, the dearest to fit first.

    Parameters
    ----------
    measured
        For each candidate `member`, `settings`, `fit_cpu_s` (all its fits together) and
        `predict_cpu_s_per_row`.
    budget_cpu_s
        The whole training's allowance, if it had one.
    """
    table = []
    for one in measured:
        line: dict[str, Any] = {
            "member": one["member"],
            "settings": dict(one["settings"]),
            "fit_cpu_s": round(float(one["fit_cpu_s"]), 4),
            "predict_us_per_row": round(float(one["predict_cpu_s_per_row"]) * MICROSECONDS, 3),
        }
        if budget_cpu_s:
            line["share_of_budget"] = round(float(one["fit_cpu_s"]) / budget_cpu_s, 4)
        table.append(line)
    return sorted(table, key=lambda line: -line["fit_cpu_s"])
