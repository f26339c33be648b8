"""What fitting and asking each member cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MICROSECONDS = 1e6


def costs(measured: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tabulate what each candidate costs, the dearest to fit first.

    Parameters
    ----------
    measured
        For each candidate `member`, `settings`, `fit_cpu_s` (CPU-seconds of one fit, the mean of its fits)
        and `predict_cpu_s_per_row`.
    """
    table = [
        {
            "member": one["member"],
            "settings": dict(one["settings"]),
            "fit_cpu_s": round(float(one["fit_cpu_s"]), 4),
            "predict_us_per_row": round(float(one["predict_cpu_s_per_row"]) * MICROSECONDS, 3),
        }
        for one in measured
    ]
    return sorted(table, key=lambda line: -line["fit_cpu_s"])
