"""Keeps what was measured in a file, so that a run which was stopped goes on where it was."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.growth.case import Case
from benchmarks.serving.machine import describe_machine, find_commit

SAME = ("processor", "cores", "python")
"""What figures must have alike to stand in one table."""


class Journal:
    """Keeps what was measured in a file, each case as soon as it is done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, Any] = {"machine": describe_machine(), "note": "", "runs": {}}
        if path.is_file():
            kept = json.loads(path.read_text())
            if any(kept["machine"][fact] != self.found["machine"][fact] for fact in SAME):
                raise SystemExit(f"{path} has figures of another machine or Python: give another `--json`")
            self.found = kept

    def is_done(self, case: Case, *, limit_s: float) -> bool:
        """Tell whether a case was measured, or was stopped although it had as much time."""
        found = self.found["runs"].get(case.name, {"failed": ""})
        return "failed" not in found and found.get("stopped_s", limit_s) >= limit_s

    def keep(self, case: Case, record: Mapping[str, Any]) -> None:
        """Write down what came out, of which commit and when."""
        about = {"measure": case.measure, "series": case.series, "arguments": list(case.arguments)}
        day = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        self.found["runs"][case.name] = {**about, **record, "commit": find_commit(), "date": day}
        self.write()

    def write(self) -> None:
        """Write all of it down, or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self.found, indent=1, ensure_ascii=False) + "\n")
        draft.replace(self.path)
