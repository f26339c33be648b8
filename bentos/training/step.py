"""What a training said so far: its events folded into steps, read on from where the last look stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Step:
    """One step of a training; times in microseconds since 1970."""

    step: str
    total: int | None
    began_us: int
    done: int = 0
    note: str | None = None
    ended_us: int | None = None

    def describe(self, now_us: int) -> dict[str, Any]:
        """Say how far it is."""
        return {
            "step": self.step,
            "total": self.total,
            "done": self.done,
            "note": self.note,
            "is_finished": self.ended_us is not None,
            "took_s": round(max(0, (self.ended_us or now_us) - self.began_us) / 1e6, 2),
        }


@dataclass
class Said:
    """The events of one training, folded.

    Attributes
    ----------
    answer
        What came out of it.
    sentence
        Why nothing came out of it.
    """

    path: Path
    steps: list[Step] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    sentence: str | None = None
    _offset: int = 0

    def read_on(self) -> None:
        """Take what was written since the last time; a line that is still being written waits."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "start":
                self.steps.append(Step(event["step"], event["total"], event["at_us"]))
            case "advance" if self.steps:
                self.steps[-1].done += event["units"]
            case "finish" if self.steps:
                self.steps[-1].note = event["note"] or None
                self.steps[-1].ended_us = event["at_us"]
            case "answer":
                self.answer = event["answer"]
            case "fail":
                self.sentence = event["sentence"]
