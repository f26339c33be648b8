"""Whether a port is free: asked before anything starts."""

from __future__ import annotations

import errno
import socket

from herdbook.errors import PortTakenError


def is_port_taken(host: str, port: int) -> bool:
    """Tell whether somebody listens on the port; nothing is left bound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As a server would bind: a port in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno in {errno.EADDRINUSE, errno.EACCES}
    return False


def require_free_port(host: str, port: int, *, what: str, setting: str) -> None:
    """Raise `PortTakenError` if somebody listens on the port."""
    if is_port_taken(host, port):
        raise PortTakenError(port, what=what, setting=setting)
