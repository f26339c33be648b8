"""How far a long call is: told to a function, on a bar of rich where there is one, or in plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

Tell = Callable[[int, int], object]
Progress = Tell | Literal[True] | None
PLAIN_EVERY_S = 10.0


@contextmanager
def telling(progress: Progress) -> Iterator[Tell]:
    """Give the function that is told how many of how many rows are done."""
    if progress is True:
        with _bar() as tell:
            yield tell
    else:
        yield progress or _say_nothing


def _say_nothing(done: int, total: int) -> None:
    del done, total


@contextmanager
def _bar() -> Iterator[Tell]:
    try:
        from rich import progress as rich  # noqa: PLC0415 - the client does without it
        from rich.console import Console  # noqa: PLC0415
    except ImportError:
        yield _plain()
        return
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("predict")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain() -> Tell:
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said >= PLAIN_EVERY_S:
            said = time.monotonic()
            sys.stderr.write(f"predict: {done:,}/{total:,}\n")

    return tell
