"""What `herdbook up` looks at once more before it starts what a person opens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cli.bring import start_faces
from cli.display import Display
from cli.place import open_place
from cli.supervisor import Supervisor
from herdbook.errors import PortTakenError


@pytest.mark.parametrize(("variable", "what"), [("HERDBOOK_PORT", "service"), ("HERDBOOK_UI_PORT", "UI")])
def test_port_that_was_taken_during_the_training_is_told_before_anything_starts(
    variable: str, what: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever took it would answer in the place of what is started."""
    supervisor = Supervisor(place / "logs", {})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv(variable, str(port := listener.getsockname()[1]))
        with pytest.raises(PortTakenError, match=f"port {port}, wanted for the {what}, is taken"):
            start_faces(open_place("iris"), supervisor, Display(), has_ui=True)

    assert supervisor.children == ()
