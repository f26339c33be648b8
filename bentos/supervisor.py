"""The process that started this worker: a worker ends with it, however it ends, and however soon."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
SUPERVISOR = "HERDBOOK_SUPERVISOR"
"""Where a supervisor leaves its number for its workers; no setting, since each supervisor writes it anew."""


def note_supervisor() -> None:
    """Tell the workers that will be started who their supervisor is: this process."""
    os.environ[SUPERVISOR] = str(os.getpid())


def die_with_supervisor() -> None:
    """End this worker in order when its supervisor is killed, so that none lives on and keeps the port."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    stop_if_orphaned()


def stop_if_orphaned() -> None:
    """End this worker if its supervisor was killed before the kernel was asked to tell of that.

    Numbers are compared: who takes on an orphan is not always process 1, and process 1 may be the supervisor.

    Raises
    ------
    SystemExit
        Another process is this one's parent now. A process that serves without workers is its own supervisor,
        and without a word about one nothing is known.
    """
    supervisor = os.environ.get(SUPERVISOR)
    if supervisor not in {None, str(os.getppid()), str(os.getpid())}:
        raise SystemExit(f"herdbook: supervisor {supervisor} ended while its worker started, which ends too")
