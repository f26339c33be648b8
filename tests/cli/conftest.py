"""Places for commands: an own ledger, state folder and ports, and nothing of the machine's."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the settings to a folder of the test, which is returned."""
    told = {
        "HERDBOOK_LEDGER": tmp_path / "ledger",
        "HERDBOOK_STATE": tmp_path / "state",
        "HERDBOOK_PORT": free_port(),
        "HERDBOOK_DATA_PORT": free_port(),
        "HERDBOOK_UI_PORT": free_port(),
        "BENTOML_HOME": tmp_path / "bentoml",
    }
    for name, setting in told.items():
        monkeypatch.setenv(name, str(setting))
    for name in ("HERDBOOK_DATASET", "HERDBOOK_DATASETS", "HERDBOOK_MODEL", "HERDBOOK_HOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
