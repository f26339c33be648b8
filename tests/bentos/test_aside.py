"""Processes beside a worker: they answer in time, step back, and never outlive who started them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import psutil
import pytest

from bentos.aside import child as child_module
from bentos.aside.child import ROOT, Child, EndedError
from bentos.aside.loop import NICE
from bentos.aside.reader import Readers, ask_log
from bentos.refusal import HistorySlowError
from herdbook.dataset import load_dataset
from herdbook.errors import KeyMissingError, PredictionLogError
from herdbook.ledger import Ledger
from herdbook.prediction_log.segment import seal_file
from tests.fixtures.log import MIXED, logged_of, write_spool

NOTHING = {"do": "find", "ledger": "none", "spool": "none", "name": "mixed", "dataset": ""}

STARTER = """
import sys, time
from bentos.aside.child import Child
children = [Child("reading"), Child("sealing")]
print(*[child.pid for child in children], flush=True)
time.sleep(60)
"""


STARTING = """
import os, sys
from bentos.aside.loop import answer_questions
def prepare():
    sys.stderr.write(str(os.nice(0)))
    sys.stderr.flush()
    os._exit(0)
answer_questions(prepare, is_awaited=sys.argv[1] == "awaited")
"""


def stepped_back(by: int) -> int:
    """Give the niceness of who has stepped back so far from us; there is no lower priority than 19."""
    return min(19, os.nice(0) + by)


@pytest.fixture
def child() -> Iterator[Child]:
    """Start a process that reads."""
    child = Child("reading")
    yield child
    child.kill()


def test_child_answers_at_low_priority(child: Child, ledger: Ledger, tmp_path: Path) -> None:
    """It answers one question after the other, and steps back for who serves."""
    question = NOTHING | {"ledger": ledger.url, "spool": str(tmp_path), "asked": {"id": "nobody"}}

    heads = [child.ask(question).head for _ in range(2)]

    assert [head["is_found"] for head in heads] == [False, False]
    assert psutil.Process(child.pid).nice() == stepped_back(NICE)


@pytest.mark.parametrize(("asked_by", "by"), [("awaited", 0), ("nobody", NICE)])
def test_child_that_nobody_waits_for_steps_back_before_it_starts(asked_by: str, by: int) -> None:
    """To import what a task takes is work, too: a process that somebody waits for does it first."""
    command = [sys.executable, "-c", STARTING, asked_by]

    # its input stays open: at the end of that it ends, however far it is
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        assert started.stderr is not None
        told = started.stderr.read()

    assert int(told) == stepped_back(by)


def test_child_that_is_too_slow_is_given_up(child: Child) -> None:
    """Who asks waits no longer than told, and can end it at once."""
    with pytest.raises(TimeoutError):
        child.ask(NOTHING | {"asked": {}}, until_s=time.monotonic())

    child.kill()
    assert not child.is_alive


def test_child_that_ended_is_told(child: Child) -> None:
    """A process that was killed is no silence: who asks is told how it ended."""
    psutil.Process(child.pid).kill()

    with pytest.raises(EndedError, match="-9"):
        child.ask(NOTHING | {"asked": {}})


def test_child_that_is_slow_to_end_is_made_to(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has closed its output and lives on has ended for who asks, and is gone."""
    monkeypatch.setattr(child_module, "GRACE_S", 0.1)
    child.kill()
    script = "import os, time; os.close(1); time.sleep(60)"
    command = [sys.executable, "-c", script]
    child._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    with pytest.raises(EndedError, match="-9"):
        child.ask(NOTHING)

    assert not child.is_alive


@pytest.mark.integration
def test_children_end_with_who_started_them() -> None:
    """After kill -9 of a worker nothing of it is left."""
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, cwd=ROOT)
    with starter:
        assert starter.stdout is not None
        children = [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]
        starter.kill()

    _, left = psutil.wait_procs(children, timeout=20)

    assert left == []


def test_readers_give_a_page_a_row_and_the_failure_that_was_met(ledger: Ledger, tmp_path: Path) -> None:
    """What a process found arrives as it would have here, also what went wrong."""
    logged = logged_of(3)
    seal_file(ledger, write_spool(tmp_path, [logged]))

    page = orjson.loads(ask_log("page", ledger, tmp_path, MIXED, limit=2) or b"")
    row = orjson.loads(ask_log("find", ledger, tmp_path, MIXED, id=logged.ids[0]) or b"")
    (segment,) = Path(ledger.url).glob("predictions/mixed/date=*/*")
    segment.unlink()

    assert ([each["id"] for each in page["predictions"]], page["next"]) == (logged.ids[:0:-1], logged.ids[1])
    assert row["id"] == logged.ids[0]
    with pytest.raises(KeyMissingError, match="predictions/mixed"):
        ask_log("find", ledger, tmp_path, MIXED, id=logged.ids[0])


def test_readers_keep_to_their_time_and_go_on(ledger: Ledger, tmp_path: Path) -> None:
    """A question that takes too long is ended with its process, and the next one is answered."""
    with pytest.raises(HistorySlowError):
        ask_log("page", ledger, tmp_path, MIXED, limit_s=0.0)

    assert ask_log("page", ledger, tmp_path, MIXED) == b'{"predictions":[],"next":null}'


def test_readers_start_another_for_one_that_died_idle(ledger: Ledger, tmp_path: Path) -> None:
    """Who asks does not notice that the process from before is gone."""
    readers = Readers()
    question = NOTHING | {"ledger": ledger.url, "spool": str(tmp_path), "asked": {"id": "nobody"}}
    readers.ask(question, limit_s=60)
    (idle,) = readers._idle
    psutil.Process(idle.pid).kill()

    assert readers.ask(question, limit_s=60) is None
    readers.close()


def test_readers_tell_a_process_that_died_over_a_question() -> None:
    """A process that cannot go on is a failure of the log in our shape, not a question asked for ever."""
    others = set(psutil.Process().children())

    def kill() -> None:
        while not (found := set(psutil.Process().children()) - others):
            time.sleep(0.01)
        found.pop().kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(PredictionLogError, match="exit code -9"):
        Readers().ask(NOTHING | {"asked": {}}, limit_s=60)
    killer.join()


@pytest.mark.parametrize("path", sorted((ROOT / "datasets").glob("*.toml")), ids=lambda path: path.stem)
def test_dataset_reaches_a_process_as_it_is(path: Path) -> None:
    """A dataset told as JSON is the same dataset."""
    dataset = load_dataset(path)

    assert type(dataset).model_validate_json(dataset.model_dump_json(by_alias=True)) == dataset
