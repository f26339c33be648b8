"""How a training is, from its folder alone: any worker can tell, whoever started it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from bentos.training.folder import Folder, find_folder, list_folders
from bentos.training.process import cpu_s_of
from bentos.training.refusal import TrainingMissingError
from bentos.training.step import Said

State = Literal["running", "done", "failed", "stopped", "lost"]
Ended = dict[str, Any] | None
REMEMBERED = 64
ONLY_WHOLE = ("steps", "log")
"""What a list of trainings leaves out."""

LOST = (
    "the process of this training ended without a word: somebody killed it, memory ran out, or the machine "
    "stopped; start the same training again, and it goes on from its checkpoint"
)


WITHHELD = "nothing came out of this training; who may steer the service is told why"


class Watch:
    """Looks at the trainings of a state folder, of one dataset or of all, and remembers what it has read."""

    def __init__(self, state: Path, dataset: str | None = None) -> None:
        self._state, self._dataset = state, dataset
        self._said: dict[str, Said] = {}
        self._lock = threading.Lock()

    def all(self) -> list[dict[str, Any]]:
        """Describe every training that is kept, newest first, without steps and logs."""
        found = [self._describe(folder) for folder in list_folders(self._state, self._dataset)]
        return [{name: one[name] for name in one if name not in ONLY_WHOLE} for one in found if one]

    def one(self, id: str) -> dict[str, Any]:
        """Describe one training.

        Raises
        ------
        TrainingMissingError
            No training has this id.
        """
        folder = find_folder(self._state, id, self._dataset)
        found = self._describe(folder) if folder is not None else None
        if found is None:
            raise TrainingMissingError(id)
        return found

    def _describe(self, folder: Folder) -> dict[str, Any] | None:
        request = folder.read("request")
        if request is None:
            # swept away since it was listed
            return None
        # in this order: what is written before a training ends is there once it no longer lives
        is_alive = folder.is_alive
        ended, said = folder.read("ended"), self._read(folder)
        state = state_of(folder, said, ended, is_alive=is_alive)
        ended_us = None if is_alive else ended["ended_us"] if ended else folder.last_sign_us()
        now_us = ended_us or time.time_ns() // 1000
        return {
            "id": folder.id,
            "state": state,
            "started_us": request["started_us"],
            "ended_us": ended_us,
            "wanted": request["wanted"],
            "cpu_s": cpu_s_of(folder) if is_alive else ended["cpu_s"] if ended else 0.0,
            "steps": [step.describe(now_us) for step in said.steps],
            "log": folder.log_tail(),
            "answer": said.answer if state == "done" else None,
            "error": error_of(state, said, ended),
        }

    def _read(self, folder: Folder) -> Said:
        with self._lock:
            said = self._said.pop(folder.id, None) or Said(folder.events)
            self._said[folder.id] = said
            if len(self._said) > REMEMBERED:
                del self._said[next(iter(self._said))]
            said.read_on()
            return said


def withhold(told: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a description what may name files and stores of the machine: for who may not steer it."""
    held = {"error": WITHHELD if told["error"] is not None else None}
    if "log" in told:
        held["log"] = ""
    return {**told, **held}


def state_of(folder: Folder, said: Said, ended: Ended, *, is_alive: bool) -> State:
    """Tell how a training is."""
    if is_alive:
        return "running"
    if said.answer is not None:
        return "done"
    if said.sentence is not None:
        return "failed"
    if folder.was_asked_to_stop or (ended is not None and ended["was_asked"]):
        return "stopped"
    return "lost" if ended is None or ended["code"] in (-signal.SIGKILL, -signal.SIGTERM) else "failed"


def error_of(state: State, said: Said, ended: Ended) -> str | None:
    """Say why nothing came out of a training."""
    match state:
        case "failed" if said.sentence is not None:
            return said.sentence
        case "failed":
            assert ended is not None
            return f"the training {_end(ended['code'])} before it had an answer; its log tells why"
        case "lost":
            return LOST
        case _:
            return None


def _end(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
