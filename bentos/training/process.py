"""The processes of a training: the session that its keeper began, and nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import psutil

from bentos.training.folder import Folder


def keeper_of(folder: Folder) -> psutil.Process | None:
    """Find the keeper of a training if it lives; a process that got its number later is another."""
    said = folder.read("process")
    if said is None:
        return None
    with suppress(psutil.Error):
        found = psutil.Process(said["pid"])
        if abs(found.create_time() - said["created_s"]) < 1 and found.status() != psutil.STATUS_ZOMBIE:
            return found
    return None


def session_of(folder: Folder) -> Iterator[psutil.Process]:
    """Walk over the processes of a training that lives; without its keeper too.

    Ask only while its lock is held: until then the session's number is given to no other.
    """
    if (said := folder.read("process")) is None:
        return
    for number in psutil.pids():
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            if os.getsid(number) == said["session"]:
                yield psutil.Process(number)


def cpu_s_of(folder: Folder) -> float:
    """Sum the CPU-seconds of a living training, with those of its children that ended."""
    total = 0.0
    for process in session_of(folder):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return round(total, 2)
