"""Run a process beside a worker: `python -m bentos.aside sealing`, or `reading`."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module

from bentos.aside.loop import Answer, answer_questions, leave_out_pandas

TASKS = {"sealing": False, "reading": True}
"""Whether somebody waits until it has started."""


def prepare(task: str) -> Answer:
    """Import what the task takes."""
    leave_out_pandas()
    answer: Answer = import_module(f"bentos.aside.{task}").answer
    return answer


if __name__ == "__main__":
    (task,) = (name for name in TASKS if name == sys.argv[1])
    answer_questions(partial(prepare, task), is_awaited=TASKS[task])
