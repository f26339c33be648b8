"""What the processes that a command starts are told."""

from __future__ import annotations

import pytest

from cli.place import Place
from herdbook.settings import Settings, load_settings
from tests.fixtures.models import dataset_named


def test_environment_tells_the_service_where_the_ui_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A UI that everybody reaches is a way to steer the service behind it."""
    beyond = {"ui_host": "0.0.0.0", "ui_allowed_hosts": ("herd.example",)}
    monkeypatch.setenv("HERDBOOK_UI_ALLOWED_HOSTS", "herd.example")

    for name, value in Place(Settings(**beyond), dataset_named("iris")).environment().items():
        monkeypatch.setenv(name, value)

    assert (load_settings().ui_host, load_settings().can_steer) == ("0.0.0.0", False)
