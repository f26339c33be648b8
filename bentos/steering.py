"""Steering: whether who reaches this service may change what it serves, and train."""

from __future__ import annotations

import socket
from contextlib import closing, suppress

import click

from bentos.refusal import SteeringRefusedError
from herdbook.settings import Settings


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
    already.
    """
    context = click.get_current_context(silent=True)
    fd = context.params.get("fd") if context is not None else None
    if fd is None:
        return settings
    return settings.model_copy(update={"host": _address(fd) or settings.host})


def _address(fd: int) -> str | None:
    with suppress(OSError), closing(socket.fromfd(fd, socket.AF_INET, socket.SOCK_STREAM)) as listening:
        return str(listening.getsockname()[0])
    return None
