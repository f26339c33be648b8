"""Progress over a pipe: a working process writes events, one a line; the supervisor replays them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any, Protocol, TextIO

from herdbook.errors import HerdbookError
from training.progress import Progress


class WorkError(HerdbookError):
    """The sentence with which a working process ended."""


class Errand(Protocol):
    """What a working process is told to do."""

    def command(self) -> list[str]:
        """Return the command that does it, in any folder."""
        ...


class EventWriter:
    """Write each step as an event; implements `training.progress.Progress`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def start(self, step: str, total: int | None = None) -> None:
        """Write that a step begins."""
        self._write({"event": "start", "step": step, "total": total})

    def advance(self, units: int = 1) -> None:
        """Write that units of the running step are finished."""
        self._write({"event": "advance", "units": units})

    def finish(self, note: str = "") -> None:
        """Write that the running step ended."""
        self._write({"event": "finish", "note": note})

    def answer(self, answer: Mapping[str, object]) -> None:
        """Write what came out of the whole work."""
        self._write({"event": "answer", "answer": answer})

    def fail(self, sentence: str) -> None:
        """Write the sentence with which the work ends."""
        self._write({"event": "fail", "sentence": sentence})

    def _write(self, event: Mapping[str, object]) -> None:
        line = json.dumps(event) + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()


def work_as_child(work: Callable[[EventWriter], Mapping[str, object]]) -> int:
    """Do a child's work, write its events and its answer to stdout, and return the exit code.

    Libraries print to stdout as they like: what they print goes to stderr, the log, and the pipe keeps the
    events alone.
    """
    events = EventWriter(os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        events.answer(work(events))
    except HerdbookError as error:
        events.fail(str(error))
        return 1
    return 0


def replay(lines: Iterable[bytes], progress: Progress) -> dict[str, Any] | None:
    """Tell a progress every event; return the answer, or None when the events end without one.

    Raises
    ------
    WorkError
        The work ended with a sentence.
    """
    for line in lines:
        event = json.loads(line)
        match event["event"]:
            case "start":
                progress.start(event["step"], event["total"])
            case "advance":
                progress.advance(event["units"])
            case "finish":
                progress.finish(event["note"])
            case "answer":
                answer: dict[str, Any] = event["answer"]
                return answer
            case "fail":
                raise WorkError(event["sentence"])
    return None
