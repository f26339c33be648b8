"""Stop a training as Ctrl-C stops it: ask, wait, and kill what does not go."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from bentos.training.folder import Folder, list_folders
from bentos.training.process import keeper_of, session_of

GRACE_S = 12.0
"""Longer than the keeper itself waits for the training."""

KILL_WAIT_S = 5.0
POLL_S = 0.02


def stop(folder: Folder) -> bool:
    """Stop a training and return whether it ran; when this returns none of its processes lives."""
    if not folder.is_alive:
        return False
    folder.ask_to_stop()
    keeper, processes = keeper_of(folder), list(session_of(folder))
    if keeper is not None:
        with suppress(psutil.NoSuchProcess):
            keeper.terminate()
        _wait(lambda: not folder.is_alive, GRACE_S)
    if folder.is_alive:
        # it may have started others since
        processes += session_of(folder)
    _kill(processes)
    return True


def stop_all(state: Path, dataset: str | None = None) -> int:
    """Stop all trainings that run on a state folder, of a dataset or of any; returns how many did."""
    return sum(stop(folder) for folder in list_folders(state, dataset))


def _kill(processes: Sequence[psutil.Process]) -> None:
    """Kill what is left; a process that got the number of one that ended is another, and is let alone."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_WAIT_S)


def _wait(condition: Callable[[], bool], timeout_s: float) -> None:
    until = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < until:
        time.sleep(POLL_S)
