"""Run a process beside a worker: `python -m bentos.aside sealing`, or `reading`."""

from __future__ import annotations

import sys
from importlib import import_module

from bentos.aside.loop import Answer, answer_questions, leave_out_pandas

TASKS = ("sealing", "reading")


def prepare() -> Answer:
    """Import what the task takes, which comes after this process has stepped back."""
    leave_out_pandas()
    (task,) = (name for name in TASKS if name == sys.argv[1])
    answer: Answer = import_module(f"bentos.aside.{task}").answer
    return answer


if __name__ == "__main__":
    answer_questions(prepare)
