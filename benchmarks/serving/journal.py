"""The results file: written after each contestant, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
RUNS = "runs"


class Journal:
    """What was measured so far, on disk.

    Attributes
    ----------
    found
        The whole of it, as JSON: facts about the run, `contestants` by name, and `runs`.
    """

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        """Go on with the file if it is of the same machine, code, models and settings; else begin anew.

        A file of another run is put aside as `NAME.old`.
        """
        self.path = path
        self.found: dict[str, Any] = {"format": FORMAT, "date": today(), **facts, "contestants": {}, RUNS: []}
        if not path.is_file():
            return
        before = json.loads(path.read_bytes())
        if all(before.get(name) == said for name, said in facts.items()) and before["format"] == FORMAT:
            self.found = before
        else:
            path.replace(path.with_suffix(path.suffix + ".old"))

    def is_done(self, model: str, contestant: str, nth: int) -> bool:
        """Tell whether somebody was measured in a round; who was absent is tried again."""
        run = self._run(model, contestant, nth)
        return run is not None and "absent" not in run

    def keep(self, model: str, contestant: str, nth: int, said: Mapping[str, Any]) -> None:
        """Keep what a contestant did in a round."""
        if (old := self._run(model, contestant, nth)) is not None:
            self.found[RUNS].remove(old)
        self.found[RUNS].append({"model": model, "contestant": contestant, "round": nth, **said})
        self.write()

    def introduce(self, name: str, facts: Mapping[str, Any]) -> None:
        """Keep who a contestant is."""
        self.found["contestants"][name] = dict(facts)

    def write(self) -> None:
        """Write the file, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self.found, indent=1, ensure_ascii=False) + "\n")
        draft.replace(self.path)

    def _run(self, model: str, contestant: str, nth: int) -> dict[str, Any] | None:
        key = {"model": model, "contestant": contestant, "round": nth}
        return next((run for run in self.found[RUNS] if key.items() <= run.items()), None)


def today() -> str:
    """Give the day on which a run began."""
    return datetime.now(UTC).strftime("%Y-%m-%d")
