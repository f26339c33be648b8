"""The history of CPU time per request: a line for each quick run, which is never judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.serving.load import Case
from benchmarks.serving.measure import QUICK
from benchmarks.serving.result import Results


def append(path: Path, results: Results) -> None:
    """Add a line of JSON for each contestant and model."""
    lines = [
        json.dumps(
            {
                "date": results.found["date"],
                "commit": results.found["commit"],
                "machine": results.found["machine"]["processor"],
                "python": results.found["machine"]["python"],
                "model": model,
                "tag": results.found["models"][model]["tag"],
                "contestant": name,
                "cpu_us": figures,
            }
        )
        for model in results.models
        for name in results.titles
        if (figures := _figures(results, model, name))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def _figures(results: Results, model: str, contestant: str) -> dict[str, Any]:
    found: list[tuple[Case, Any]] = [
        (case, results.spread(model, contestant, case, "cpu_us")) for case in QUICK
    ]
    return {case.name: round(spread.middle, 1) for case, spread in found if spread is not None}
