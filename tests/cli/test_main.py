"""The command line as a whole: help, exit codes, sentences."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.child import ROOT
from cli.main import COMMANDS, SECTIONS, herdbook, run
from herdbook.errors import (
    GenerationConflictError,
    PortTakenError,
    SettingsError,
    SnapshotError,
    StoreUnsafeError,
)

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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_help_speaks_in_one_voice(command: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    """A summary of one line, an example, and options that end with a period, all within 80 columns."""
    assert command.name is not None
    assert command.help is not None
    run([command.name, "--help"])
    told = capsys.readouterr().out
    summary = command.help.splitlines()[0]

    assert f"\n  {summary}\n" in told
    assert summary.endswith(".")
    assert summary[0].isupper()
    assert f"    herdbook {command.name}" in told
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert [each.help for each in command.params if isinstance(each, click.Option) and not _ends(each)] == []


def _ends(option: click.Option) -> bool:
    """Tell whether the help of an option is whole sentences, which begin with a capital."""
    said = option.help or ""
    return said.endswith(".") and said[0].isupper()


def examples() -> list[list[str]]:
    """List the words of every example that stands in a help."""
    blocks = [(command.help or "").partition("\b")[2] for command in COMMANDS]
    joined = [re.sub(r"\n\s{10,}", " ", block) for block in blocks]
    return [shlex.split(line) for block in joined for line in block.splitlines() if " herdbook " in line]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_every_example_is_a_command_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each stands as it would be typed: the command knows its options and takes its arguments."""
    command = herdbook.get_command(click.Context(herdbook), words[1])

    assert command is not None
    with command.make_context(words[1], words[2:]) as context:
        assert context.params


def test_without_arguments_the_commands_stand_in_sections(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command is listed once with its whole summary; that is help, not an error."""
    assert run([]) == 0

    told = capsys.readouterr().out
    heads = [line.rstrip(":") for line in told.splitlines() if line.rstrip(":") in SECTIONS]
    listed = [line.split()[0] for line in told.partition("Start:")[2].splitlines() if _is_listed(line)]
    assert heads == list(SECTIONS)
    assert listed == [command.name for command in COMMANDS]
    assert "..." not in told.partition("Start:")[2]
    assert max(map(len, told.splitlines())) <= 80


def _is_listed(line: str) -> bool:
    return re.fullmatch(r"  [a-z]+ {2,}\S.*", line) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rollback"], "missing option '--why'; `herdbook rollback --help` shows what it takes"),
        (["trian"], "no such command 'trian', did you mean 'train'; `herdbook --help` shows what it takes"),
        (
            ["train", "--effort", "big"],
            "invalid value for '--effort': 'big' is not one of 'quick', 'thorough'; "
            "`herdbook train --help` shows what it takes",
        ),
    ],
)
def test_wrong_usage_is_said_as_every_refusal_is(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on stderr with the cure, and exit code 2."""
    assert run(arguments) == 2
    assert " ".join(capsys.readouterr().err.split()) == f"herdbook: {said}"


def test_every_error_names_what_is_wrong_and_ends_without_a_period() -> None:
    """Sentences begin in lower case, since they follow `herdbook: `, and hold no second sentence."""
    said = [
        str(SnapshotError("iris", None, problem="there is no snapshot of it yet", cure="make one")),
        str(PortTakenError(3000, what="service", setting="--port")),
        str(SettingsError("HERDBOOK_PORT", got="many", expected="a whole number")),
        str(StoreUnsafeError("s3://herd")),
        str(GenerationConflictError("iris", 2)),
    ]

    assert [sentence for sentence in said if sentence[0].isupper() or sentence.endswith(".")] == []
    assert [sentence for sentence in said if ". " in sentence] == []
