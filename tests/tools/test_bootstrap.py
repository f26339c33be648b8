"""The bootstrap's steps, in a folder of the test; `tools/slim.sh` proves the whole on a minimal Debian."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = """[project]
name = "herdbook"
version = "1.2.3"

[project.scripts]
hello = "said:hello"
"""
SAID = "def hello():\n    print('hello')\n    return 7\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Lay out a clone, in a folder whose name has a space, with the bootstrap and a command of its own."""
    root = tmp_path / "a clone"
    root.mkdir()
    (root / "bootstrap.py").write_bytes((ROOT / "bootstrap.py").read_bytes())
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "said.py").write_text(SAID)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (root / lock).write_text("")
    return root


@pytest.fixture
def bootstrap(clone: Path) -> ModuleType:
    """Load the bootstrap as the clone's: all its paths hang on its own place."""
    spec = importlib.util.spec_from_file_location("bootstrap_of_clone", clone / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_venv_is_whole_where_it_was_made(bootstrap: ModuleType) -> None:
    """A finished venv of this Python in its own place is kept."""
    venv.create(bootstrap.VENV, with_pip=False)

    assert bootstrap.is_venv_whole()


@pytest.mark.parametrize("fault", ["none", "unfinished", "moved", "other python"])
def test_venv_is_not_whole_if_something_is_wrong(bootstrap: ModuleType, fault: str) -> None:
    """A venv that is missing, cut short, moved or of another Python is made anew."""
    if fault != "none":
        venv.create(bootstrap.VENV, with_pip=False)
    if fault == "unfinished":
        bootstrap.UNFINISHED.touch()
    if fault == "moved":
        activate = bootstrap.VENV / "bin" / "activate"
        activate.write_text(activate.read_text().replace(str(bootstrap.VENV), "/somewhere/else/.venv"))
    if fault == "other python":
        bootstrap.PYTHON.unlink()
        bootstrap.PYTHON.write_text("#!/bin/sh\nexit 1\n")
        bootstrap.PYTHON.chmod(0o755)

    assert not bootstrap.is_venv_whole()


def test_make_venv_mends_one_that_was_cut_short(bootstrap: ModuleType) -> None:
    """What a stopped install left is cleared away."""
    venv.create(bootstrap.VENV, with_pip=False)
    bootstrap.UNFINISHED.touch()

    bootstrap.make_venv()

    assert bootstrap.is_venv_whole()


def make_python(bootstrap: ModuleType, *answers: str) -> None:
    """Put a stand-in for `.venv`'s Python that succeeds at command lines with one of these words only."""
    bootstrap.PYTHON.parent.mkdir(parents=True)
    cases = "".join(f"*'{answer}'*) exit 0;; " for answer in answers)
    bootstrap.PYTHON.write_text(f'#!/bin/sh\ncase "$*" in {cases}*) exit 1;; esac\n')
    bootstrap.PYTHON.chmod(0o755)


@pytest.mark.parametrize("way", ["pip --version", "ensurepip", "pip-9.whl/pip install"])
def test_find_pip_takes_the_first_way_that_works(
    bootstrap: ModuleType, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venv's own pip, ensurepip's and a wheel of the system's all end as the venv's own."""
    make_python(bootstrap, way)
    (tmp_path / "pip-9.whl").touch()
    monkeypatch.setattr(bootstrap, "WHEELS", (tmp_path,))

    assert bootstrap.find_pip() == [str(bootstrap.PYTHON), "-m", "pip"]


def test_find_pip_takes_the_interpreters_own(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pip outside installs into the venv."""
    make_python(bootstrap)
    outside = bootstrap.ROOT / "python3"
    outside.write_text("#!/bin/sh\nexit 0\n")
    outside.chmod(0o755)
    monkeypatch.setattr(bootstrap, "WHEELS", ())
    monkeypatch.setattr(sys, "executable", str(outside))

    assert bootstrap.find_pip() == [str(outside), "-m", "pip", "--python", str(bootstrap.PYTHON)]


def test_find_pip_without_any_says_the_cure(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no pip and no apt, a person is told what to install."""
    make_python(bootstrap)
    monkeypatch.setattr(bootstrap, "WHEELS", ())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setenv("PATH", str(bootstrap.ROOT))

    with pytest.raises(bootstrap.BootstrapError, match="no pip was found for /bin/false"):
        bootstrap.find_pip()


def test_install_project_writes_commands_that_run(bootstrap: ModuleType) -> None:
    """The clone is on the path, its version is known, and an older one's traces are gone."""
    venv.create(bootstrap.VENV, with_pip=False)
    site = next((bootstrap.VENV / "lib").glob("python3.*/site-packages"))
    (site / "herdbook-0.9.dist-info").mkdir()

    bootstrap.install_project()

    said = subprocess.run([bootstrap.VENV / "bin" / "hello"], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (7, "hello\n")
    assert [folder.name for folder in site.glob("herdbook-*")] == ["herdbook-1.2.3.dist-info"]


def test_bootstrap_of_what_is_stamped_does_nothing(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stamp of the same locks, place and Python is enough; a changed lock makes it stale."""
    venv.create(bootstrap.VENV, with_pip=False)
    wanted = bootstrap.fingerprints(dev=True)
    bootstrap.STAMP.write_text("\n".join(wanted))

    bootstrap.bootstrap(dev=True)
    bootstrap.LOCKS["dev"].write_text("one-more==1.0\n")

    assert capsys.readouterr().out == ""
    assert bootstrap.fingerprints(dev=True)[0] in bootstrap.stamped()
    assert bootstrap.fingerprints(dev=True)[1] not in bootstrap.stamped()


def test_environment_leads_no_install_elsewhere(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would make pip install into another place is left out, and its index is kept."""
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")

    given = bootstrap.environment()

    assert "PIP_TARGET" not in given
    assert (given["PIP_USER"], given["PIP_INDEX_URL"]) == ("0", "https://index.example/simple")


def test_missing_tools_are_named_where_there_is_no_apt(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be installed is named, with the tests that are skipped; a browser of another name does."""
    for command in ("curl", "google-chrome"):
        (bootstrap.ROOT / command).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(bootstrap.ROOT))

    bootstrap.install_tools()
    (bootstrap.ROOT / "google-chrome").unlink()
    bootstrap.install_tools()

    said = [line.removeprefix("bootstrap: ") for line in capsys.readouterr().out.splitlines()]
    assert said[1] == "the tests of the documentation are skipped until then"
    assert [line.split(",")[0] for line in said[::2]] == [
        "running the tests of the documentation needs make",
        "running the tests of the documentation needs make",
        "running the tests in a browser needs chromium",
    ]
    assert said[-1] == "the tests in a browser are skipped until then"


def test_missing_tools_are_installed_with_apt(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On Debian and its kin the packages are asked for by name, after it has been said."""
    asked = bootstrap.ROOT / "asked.txt"
    for command in ("apt-get", "sudo"):
        script = bootstrap.ROOT / command
        script.write_text(f'#!/bin/sh\necho "$@" >>"{asked}"\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(bootstrap.ROOT))

    bootstrap.install_tools()

    installs = [line.split("recommends ")[1] for line in asked.read_text().splitlines() if "install" in line]
    assert installs == ["curl make", "chromium"]
    assert "running the tests in a browser needs chromium: installing with" in capsys.readouterr().out
