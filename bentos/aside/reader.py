"""Reading the prediction log from a worker: processes of low priority do it, within a time limit."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bentos.aside.child import Child, EndedError, Told
from bentos.refusal import BusyError, HistorySlowError
from herdbook import errors
from herdbook.dataset import Dataset
from herdbook.errors import HerdbookError, PredictionLogError
from herdbook.ledger import Ledger

MOST_PROCESSES = 2
MOST_WAITING = 16
"""More questions than so many at once are refused: each holds a thread of the worker."""

LONGEST_S = 20.0
TASK = "reading"


class Readers:
    """Processes that read; each is started when it is needed, and ends when it has been idle."""

    def __init__(self) -> None:
        self._idle: list[Child] = []
        self._slots = threading.BoundedSemaphore(MOST_PROCESSES)
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def ask(self, question: dict[str, Any], *, limit_s: float) -> bytes | None:
        """Ask one of them; None if what was asked for is not there.

        Raises
        ------
        BusyError
            Too many ask already.
        HistorySlowError
            It took too long; the process that was at it is ended.
        PredictionLogError
            The process ended.
        HerdbookError
            What went wrong in it.
        """
        until_s = time.monotonic() + limit_s
        with self._slot(until_s, limit_s):
            told = self._told(question, until_s, limit_s)
        if "error" in told.head:
            raise _raised(told.head["error"], told.head["sentence"])
        return told.body if told.head["is_found"] else None

    def close(self) -> None:
        """End those that are idle."""
        while self._idle:
            self._idle.pop().end()

    @contextmanager
    def _slot(self, until_s: float, limit_s: float) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            if not self._slots.acquire(timeout=max(0.0, until_s - time.monotonic())):
                raise HistorySlowError(limit_s)
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._places.release()

    def _told(self, question: dict[str, Any], until_s: float, limit_s: float) -> Told:
        while True:
            was_idle = bool(self._idle)
            child = self._idle.pop() if was_idle else Child(TASK)
            try:
                told = child.ask(question, until_s=until_s)
            except EndedError as error:
                child.kill()
                # one that was idle may have ended before it was asked, a new one did so over the question
                if not was_idle:
                    problem = f"the process that reads it {error}"
                    raise PredictionLogError("history", problem=problem, cure="ask again") from None
            except TimeoutError:
                child.kill()
                raise HistorySlowError(limit_s) from None
            except BaseException:
                child.kill()
                raise
            else:
                self._idle.append(child)
                return told


@cache
def readers() -> Readers:
    """Give the readers of this process, which all that it serves share."""
    made = Readers()
    atexit.register(made.close)
    return made


def ask_log(
    task: str, ledger: Ledger, spool: Path, dataset: Dataset, *, limit_s: float = LONGEST_S, **asked: Any
) -> bytes | None:
    """Ask for a `page`, for one prediction (`find`) or for its `pedigree`: JSON, or None if there is none.

    Raises as `Readers.ask` does. The process opens the ledger by its URL; if it is new, it was made here.
    """
    question = {
        "do": task,
        "ledger": ledger.url,
        "spool": str(spool),
        "name": dataset.name,
        "dataset": dataset.model_dump_json(by_alias=True),
        "asked": asked,
    }
    return readers().ask(question, limit_s=limit_s)


def _raised(name: str | None, sentence: str) -> Exception:
    """Make the failure that the process met."""
    kind = getattr(errors, name or "", None)
    if not (isinstance(kind, type) and issubclass(kind, HerdbookError)):
        return RuntimeError(sentence)
    error = kind.__new__(kind)
    error.args = (sentence,)
    return error
