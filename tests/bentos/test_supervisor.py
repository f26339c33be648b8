"""A worker knows its supervisor by its number, and ends when another process is its parent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from bentos.supervisor import SUPERVISOR, note_supervisor, stop_if_orphaned


def test_supervisor_leaves_its_own_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that a supervisor inherited, as one that a service started would, is not passed on."""
    monkeypatch.setenv(SUPERVISOR, "1")

    note_supervisor()

    assert os.environ[SUPERVISOR] == str(os.getpid())


def test_worker_of_a_dead_supervisor_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever took the orphan on is not its supervisor."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    monkeypatch.setenv(SUPERVISOR, str(ended.pid))

    with pytest.raises(SystemExit, match=f"supervisor {ended.pid} ended while its worker started"):
        stop_if_orphaned()


@pytest.mark.parametrize("of", [os.getppid, os.getpid, None], ids=["parent", "itself", "unknown"])
def test_worker_of_a_living_or_unknown_supervisor_goes_on(
    monkeypatch: pytest.MonkeyPatch, of: Callable[[], int] | None
) -> None:
    """The parent is the supervisor, or this process serves by itself, or nobody said who is."""
    monkeypatch.delenv(SUPERVISOR, raising=False)
    if of is not None:
        monkeypatch.setenv(SUPERVISOR, str(of()))

    stop_if_orphaned()
