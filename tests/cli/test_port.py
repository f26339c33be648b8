"""Free and taken ports."""

from __future__ import annotations

import socket

import pytest

from cli.port import is_port_taken, require_free_port
from herdbook.errors import PortTakenError


def test_require_free_port_names_port_and_setting_of_a_taken_one() -> None:
    """The sentence says which port, for what, and where to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"port {port}, wanted for the service, .* --port"):
            require_free_port("127.0.0.1", port, what="service", setting="--port")


def test_is_port_taken_sees_a_listener_on_all_addresses() -> None:
    """Somebody who listens everywhere listens on 127.0.0.1 too."""
    with socket.create_server(("0.0.0.0", 0)) as listener:
        assert is_port_taken("127.0.0.1", listener.getsockname()[1])


def test_is_port_taken_is_false_right_after_the_listener_is_gone() -> None:
    """A port in TIME_WAIT can be listened on again at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()

    assert not is_port_taken("127.0.0.1", port)
