"""Run a command that ends when the process that started it ends: `python tether.py PARENT_PID COMMAND…`.

It is run by path, not imported, and turns into the command. Linux keeps the tether (`PR_SET_PDEATHSIG`) over
the exec; elsewhere there is none, and only the supervisor's own end stops the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether(parent: int) -> None:
    """Ask the kernel to send SIGTERM to this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It ended before the tether held.
        sys.exit(1)


if __name__ == "__main__":
    tether(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the supervisor's own command, no shell
