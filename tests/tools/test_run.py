"""The runner of tests and checks: all stages, their verdicts, and a budget that warns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import run
from tools.run import NO_TESTS, Stage

Said = pytest.CaptureFixture[str]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of programs `exit-N`, each ending with that code, as the environment's own."""
    for code in (0, 1, NO_TESTS):
        program = tmp_path / f"exit-{code}"
        program.write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/said"\nexit {code}\n')
        program.chmod(0o755)
    monkeypatch.setattr(run, "BIN", tmp_path)
    return tmp_path


def stage(code: int, *, budget_min: int = 1) -> Stage:
    """Give a stage that ends with a code."""
    return Stage(f"ends-{code}", (f"exit-{code}", "tests"), budget_min)


def test_stage_over_its_budget_says_so_and_passes(tools: Path) -> None:
    """A budget warns, since machines differ."""
    is_passed, line = run.run_stage(stage(0, budget_min=0), [])

    assert is_passed
    assert line.endswith("of 0 min, OVER ITS BUDGET")


def test_stage_within_its_budget_passes(tools: Path) -> None:
    """A stage says its time and nothing of a budget that holds; further arguments reach the program."""
    is_passed, line = run.run_stage(stage(0), ["-k", "ledger"])

    assert is_passed
    assert line.endswith("of 1 min")
    assert (tools / "said").read_text() == "tests -k ledger\n"


def test_stage_lets_processes_keep_what_they_compile(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that forbids it would have every process of the tests compile all modules anew."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tools / "exit-0").write_text('#!/bin/sh\ntest -z "$PYTHONDONTWRITEBYTECODE"\n')

    assert run.run_stage(stage(0), [])[0]


@pytest.mark.parametrize(
    ("code", "more", "passes"), [(1, [], False), (NO_TESTS, [], False), (NO_TESTS, ["-x"], True)]
)
def test_stage_without_tests_passes_only_under_a_filter(
    tools: Path, code: int, more: list[str], passes: bool
) -> None:
    """An empty tier is a fault, unless the person's own arguments left nothing in it."""
    assert run.run_stage(stage(code), more)[0] is passes


def test_main_runs_every_stage_whatever_failed_before(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """One failed stage fails the whole, after the others have run."""
    monkeypatch.setattr(run, "STAGES", {"test": (stage(1), stage(0))})

    assert run.main(["test"]) == 1

    said = capsys.readouterr().out
    assert "ends-1         FAILED (1)" in said
    assert "ends-0         passed" in said


@pytest.mark.parametrize("arguments", [[], ["tests"]])
def test_main_of_wrong_usage_is_2(arguments: list[str], capsys: Said) -> None:
    """The usage names what there is."""
    assert run.main(arguments) == 2
    assert "test|lint" in capsys.readouterr().out
