"""Settings of a process."""

import pytest

from herdbook.errors import SettingsError
from herdbook.settings import Settings, load_settings


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field is read from its variable."""
    monkeypatch.setenv("HERDBOOK_PORT", "3100")

    assert load_settings().port == 3100


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("PORT", "many", "a valid integer"),
        ("PORT", "65536", "a number less than or equal to 65535"),
        ("TRACING", "perhaps", "a valid boolean"),
        ("ALLOWED_HOSTS", "[a.example", "names parted by commas, or a JSON list of them"),
        ("ALLOWED_HOSTS", "[1]", "a valid string"),
    ],
)
def test_wrong_setting_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, expected: str
) -> None:
    """The sentence names the variable, what was got and what was expected, all in our words."""
    monkeypatch.setenv(f"HERDBOOK_{name}", text)

    with pytest.raises(SettingsError, match=rf"HERDBOOK_{name} is .*; expected {expected}$"):
        load_settings()


@pytest.mark.parametrize("name", ["MODEL", "PORT", "ALLOWED_HOSTS"])
def test_empty_setting_counts_as_unset(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """`HERDBOOK_MODEL=` in a file of variables pins nothing."""
    monkeypatch.setenv(f"HERDBOOK_{name}", "")

    assert getattr(load_settings(), name.lower()) == Settings.model_fields[name.lower()].default


def test_listening_beyond_loopback_needs_host_names() -> None:
    """Nobody opens the service to a network without saying under which names."""
    with pytest.raises(SettingsError, match="HERDBOOK_ALLOWED_HOSTS"):
        Settings(host="0.0.0.0")

    assert Settings(host="0.0.0.0", allowed_hosts=("herdbook.example",)).host == "0.0.0.0"


def test_ui_beyond_loopback_needs_host_names_of_its_own() -> None:
    """Those of the service are not those of the UI."""
    with pytest.raises(SettingsError, match="HERDBOOK_UI_ALLOWED_HOSTS"):
        Settings(ui_host="0.0.0.0", allowed_hosts=("herdbook.example",))

    assert Settings(ui_host="0.0.0.0", ui_allowed_hosts=("herdbook.example",)).host == "127.0.0.1"


@pytest.mark.parametrize(
    ("steering", "host", "can_steer"),
    [
        ("auto", "127.0.0.1", True),
        ("auto", "0.0.0.0", False),
        ("on", "0.0.0.0", True),
        ("off", "127.0.0.1", False),
    ],
)
def test_steering_is_for_loopback_unless_somebody_says_otherwise(
    steering: str, host: str, can_steer: bool
) -> None:
    """Who reaches the service from afar may not change what it serves, by default."""
    settings = Settings(steering=steering, host=host, allowed_hosts=("herdbook.example",))

    assert settings.can_steer is can_steer


@pytest.mark.parametrize(("steering", "can_steer"), [("auto", False), ("on", True)])
def test_steering_minds_where_the_ui_listens(steering: str, can_steer: bool) -> None:
    """Who reaches the UI from afar reaches the service through it."""
    settings = Settings(steering=steering, ui_host="0.0.0.0", ui_allowed_hosts=("herd.example",))

    assert settings.can_steer is can_steer


@pytest.mark.parametrize(
    "text", ["a.example, b.example", "a.example,b.example,", '["a.example","b.example"]']
)
@pytest.mark.parametrize("field", ["allowed_hosts", "allowed_origins", "ui_allowed_hosts"])
def test_list_is_read_from_commas_or_json(monkeypatch: pytest.MonkeyPatch, field: str, text: str) -> None:
    """A person writes names with commas; a program may write JSON."""
    monkeypatch.setenv(f"HERDBOOK_{field.upper()}", text)

    assert getattr(load_settings(), field) == ("a.example", "b.example")


def test_empty_list_of_hosts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that answers to nobody is a mistake, not a setting."""
    monkeypatch.setenv("HERDBOOK_ALLOWED_HOSTS", ",")

    with pytest.raises(SettingsError, match="HERDBOOK_ALLOWED_HOSTS"):
        load_settings()
