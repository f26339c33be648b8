"""Settings of a process."""

import pytest

from herdbook.errors import SettingsError
from herdbook.settings import Settings, load_settings


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field is read from its variable."""
    monkeypatch.setenv("HERDBOOK_PORT", "3100")

    assert load_settings().port == 3100


def test_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the variable, what was got and what was expected."""
    monkeypatch.setenv("HERDBOOK_PORT", "many")

    with pytest.raises(SettingsError, match="HERDBOOK_PORT is 'many'"):
        load_settings()


def test_listening_beyond_loopback_needs_host_names() -> None:
    """Nobody opens the service to a network without saying under which names."""
    with pytest.raises(SettingsError, match="HERDBOOK_ALLOWED_HOSTS"):
        Settings(host="0.0.0.0")

    assert Settings(host="0.0.0.0", allowed_hosts=("herdbook.example",)).host == "0.0.0.0"


@pytest.mark.parametrize(
    "text", ["a.example, b.example", "a.example,b.example,", '["a.example","b.example"]']
)
@pytest.mark.parametrize("field", ["allowed_hosts", "allowed_origins"])
def test_list_is_read_from_commas_or_json(monkeypatch: pytest.MonkeyPatch, field: str, text: str) -> None:
    """A person writes names with commas; a program may write JSON."""
    monkeypatch.setenv(f"HERDBOOK_{field.upper()}", text)

    assert getattr(load_settings(), field) == ("a.example", "b.example")


@pytest.mark.parametrize("text", ["[a.example", "[1]"])
def test_wrong_list_names_its_variable(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A list that is neither is told in our sentence, not as somebody else's traceback."""
    monkeypatch.setenv("HERDBOOK_ALLOWED_HOSTS", text)

    with pytest.raises(SettingsError, match="HERDBOOK_ALLOWED_HOSTS"):
        load_settings()
