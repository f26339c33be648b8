"""Who may change what is served."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest

from bentos.refusal import SteeringRefusedError
from bentos.steering import require_steering, with_real_host
from herdbook.settings import Settings

ANYWHERE = {"host": "0.0.0.0", "allowed_hosts": ("herd.example",)}
UI = {"ui_host": "0.0.0.0", "ui_allowed_hosts": ("herd.example",)}


@pytest.mark.parametrize("given", [{}, {"steering": "on"}, ANYWHERE | {"steering": "on"}, {"host": "::1"}])
def test_steering_is_let_in(given: dict[str, object]) -> None:
    """On loopback, unless it is off; elsewhere, if somebody said so."""
    require_steering(Settings(**given))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"steering": "off"}, "HERDBOOK_STEERING is off"),
        (ANYWHERE, "beyond loopback"),
        (UI, "beyond loopback"),
    ],
)
def test_steering_is_refused_with_its_cure(given: dict[str, object], said: str) -> None:
    """The sentence says why, and what to do."""
    with pytest.raises(SteeringRefusedError, match=f"{said}.*HERDBOOK_STEERING=on"):
        require_steering(Settings(**given))


@pytest.mark.parametrize(("address", "can_steer"), [("0.0.0.0", False), ("127.0.0.1", True)])
def test_steering_minds_the_address_that_a_worker_was_given(address: str, can_steer: bool) -> None:
    """`bentoml serve --host` wins over the settings, and a worker knows it by its socket."""
    command = click.Command("worker")
    with socket.create_server((address, 0)) as listening, click.Context(command) as context:
        context.params["fd"] = listening.fileno()

        settings = with_real_host(Settings())

    assert (settings.host, settings.can_steer) == (address, can_steer)


def test_steering_on_a_socket_of_the_file_system_wants_to_be_told(tmp_path: Path) -> None:
    """A proxy listens before it, and nobody knows where."""
    with socket.socket(socket.AF_UNIX) as listening, click.Context(click.Command("worker")) as context:
        listening.bind(str(tmp_path / "s"))
        context.params["fd"] = listening.fileno()

        assert not with_real_host(Settings()).can_steer
        assert with_real_host(Settings(steering="on")).can_steer


def test_steering_in_an_unknown_server_wants_to_be_told() -> None:
    """Nobody handed over a socket, so nobody knows who reaches it."""
    assert not with_real_host(Settings()).can_steer
    assert with_real_host(Settings(steering="on")).can_steer
