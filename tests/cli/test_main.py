"""The command line as a whole: help, exit codes, sentences."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.child import ROOT
from cli.main import COMMANDS, run

HEAVY = ("sklearn", "hdbscan", "bentoml", "pyarrow", "scipy", "httpx", "boto3", "fastapi")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_has_help(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command says what it does and what its options mean."""
    code = run([str(command.name), "--help"])

    assert code == 0
    assert "Usage: herdbook" in capsys.readouterr().out


def test_wrong_usage_is_exit_code_2(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing reason is wrong usage."""
    assert run(["rollback", "-d", "iris"]) == 2
    assert "--why" in capsys.readouterr().err


def test_an_error_is_one_sentence_and_exit_code_1(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset that is not there is said on stderr, without a traceback."""
    code = run(["models", "-d", "cows"])

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err.startswith("herdbook: dataset cows: there is no ")
    assert len(said.err.splitlines()) == 1


def test_wrong_setting_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that cannot be read is said by its variable's name."""
    monkeypatch.setenv("HERDBOOK_PORT", "many")

    assert run(["models", "-d", "iris"]) == 1
    assert "HERDBOOK_PORT is 'many'" in capsys.readouterr().err


def test_command_line_imports_nothing_heavy() -> None:
    """Help and the supervisor stay light: what is slow to import is imported inside the commands."""
    code = f"import sys, cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_module_runs_as_the_command() -> None:
    """`python -m cli` is the same as `herdbook`."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("herdbook 0.")
