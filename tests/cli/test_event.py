"""Progress and answers over a pipe."""

from __future__ import annotations

import io
import json

import pytest

from cli.event import EventWriter, WorkError, replay
from training.progress import QUIET


class Heard:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def start(self, step: str, total: int | None = None) -> None:
        """Remember."""
        self.told.append(("start", step, total))

    def advance(self, units: int = 1) -> None:
        """Remember."""
        self.told.append(("advance", units))

    def finish(self, note: str = "") -> None:
        """Remember."""
        self.told.append(("finish", note))


def test_replay_tells_all_that_was_written_and_returns_the_answer() -> None:
    """Every step arrives in order, then the answer."""
    pipe, heard = io.StringIO(), Heard()
    writer = EventWriter(pipe)
    writer.start("tune", 2)
    writer.advance(2)
    writer.finish("two")
    writer.answer({"tag": "a:1"})

    answer = replay([line.encode() for line in pipe.getvalue().splitlines()], heard)

    assert heard.told == [("start", "tune", 2), ("advance", 2), ("finish", "two")]
    assert answer == {"tag": "a:1"}


def test_replay_raises_the_sentence_of_a_failure() -> None:
    """A failure in the working process is the same sentence in the supervisor."""
    failed = json.dumps({"event": "fail", "sentence": "no clusters; give more records"}).encode()

    with pytest.raises(WorkError, match="no clusters; give more records"):
        replay([failed], QUIET)


def test_replay_of_a_cut_pipe_returns_nothing() -> None:
    """A process that was killed leaves no answer."""
    assert replay([b'{"event": "start", "step": "tune", "total": null}\n'], QUIET) is None
