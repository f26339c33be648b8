"""The loop of a process beside a worker: a question is a line of JSON, an answer a line of JSON and a body.

Whoever started it holds the other end of its input. When that end closes, however it came to that, this
process ends at once: nobody is left to be answered, and all that it does may be cut short and done again.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, NoReturn

NICE = 5
"""Answering goes first."""

IDLE_S = 60.0
"""A process that nobody asks for so long ends: starting another costs less than its memory is worth."""

Answer = Callable[[Mapping[str, Any]], tuple[Mapping[str, Any], bytes]]
"""Answers a question with a head and a body."""


def answer_questions(prepare: Callable[[], Answer], *, is_awaited: bool, idle_s: float = IDLE_S) -> NoReturn:
    """Answer until nobody asks any more; `prepare` imports what that takes.

    A process that somebody waits for steps back only once it has started, any other before.
    """
    out = _keep_output()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # who started it decides: it may still need it to end well
    questions: SimpleQueue[Mapping[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    if not is_awaited:
        os.nice(NICE)
    answer = prepare()
    if is_awaited:
        os.nice(NICE)
    while True:
        try:
            question = questions.get(timeout=idle_s)
        except Empty:
            os._exit(0)  # at an ordinary end the interpreter fails on the thread that still listens
        head, body = answer(question)
        out.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
        out.flush()


class _Without:
    """Lets a package be as if it were not installed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == self._name:
            raise ModuleNotFoundError(f"{fullname} is left out", name=fullname)


def leave_out_pandas() -> None:
    """Have Arrow do without pandas, where it is installed.

    Arrow would import it at the first value that it converts, only to ask whether that value is one of its
    own: half a second of CPU and 40 MB.
    """
    sys.meta_path.insert(0, _Without("pandas"))


def _keep_output() -> BinaryIO:
    """Take the output for answers alone; whatever else is printed goes where errors go."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _listen(questions: SimpleQueue[Mapping[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        questions.put(json.loads(line))
    os._exit(0)
