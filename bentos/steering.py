"""Steering: whether who reaches this service may change what it serves, and train."""

from __future__ import annotations

import socket
from contextlib import closing, suppress

import click

from bentos.refusal import SteeringRefusedError
from herdbook.settings import Settings

NOWHERE = "an unknown address"
"""Stands for the address when nobody can tell it; it is not one of loopback."""


def require_steering(settings: Settings) -> None:
    """Let a request pass that steers.

    Raises
    ------
    SteeringRefusedError
        The settings do not allow it.
    """
    if not settings.can_steer:
        raise SteeringRefusedError(is_off=settings.steering == "off")


def with_real_host(settings: Settings) -> Settings:
    """Put the address that BentoML really listens on into the settings of a worker.

    `bentoml serve --host` and BENTOML_HOST win over HERDBOOK_HOST, and hand the worker a socket that listens
    already. Where nobody did, the app runs in a server that we do not know, and may be reached from anywhere.
    """
    context = click.get_current_context(silent=True)
    fd = context.params.get("fd") if context is not None else None
    return settings.model_copy(update={"host": NOWHERE if fd is None else _address(fd)})


def _address(fd: int) -> str:
    with suppress(OSError), closing(socket.fromfd(fd, socket.AF_INET, socket.SOCK_STREAM)) as listening:
        name = listening.getsockname()
        # a path, or nothing, for a socket of the file system, behind which a proxy listens
        return str(name[0]) if isinstance(name, tuple) else NOWHERE
    return NOWHERE
