"""Run the tests or the checks in stages and time each: `python tools/run.py test|lint [ARGUMENTS]`.

All stages run, whatever the ones before them said. Further arguments go to pytest, or to nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
NO_TESTS = 5  # pytest's exit code when it collected none
COMPILES_ANEW = "PYTHONDONTWRITEBYTECODE"
"""Set, each of the many processes that tests start would compile all modules anew, and cost twice as much."""


class Stage(NamedTuple):
    """One command, its name, and the minutes that it may take."""

    name: str
    command: tuple[str, ...]
    budget_min: int


# tests/conftest.py says what stays on one worker, and which files come first: that order is to be kept
ON_TWO = ("pytest", "-n2", "--dist=loadgroup", "--no-loadscope-reorder")
STAGES = {
    "test": (
        Stage("unit", (*ON_TWO, "-m", "not integration and not docs"), 4),
        Stage("integration", (*ON_TWO, "-m", "integration and not docs"), 10),
        Stage("docs", ("pytest", "-m", "docs", "tests/docs"), 3),
    ),
    "lint": (
        Stage("ruff check", ("ruff", "check"), 1),
        Stage("ruff format", ("ruff", "format", "--check"), 1),
        Stage("mypy", ("mypy",), 3),
        Stage("import-linter", ("lint-imports", "--no-logo"), 1),
        Stage("deptry", ("deptry", "."), 1),
        Stage("codespell", ("codespell",), 1),
    ),
}


def say(text: str) -> None:
    """Print one line at once, so that it stands between the lines of the stages."""
    print(text, flush=True)  # noqa: T201 - a person or a log reads it


def run_stage(stage: Stage, more: list[str]) -> tuple[bool, str]:
    """Run one stage and give whether it passed, and the line that says so."""
    program, *arguments = stage.command
    say(f"== {stage.name}: {' '.join([*stage.command, *more])}")
    begin = time.monotonic()
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    kept = {name: value for name, value in os.environ.items() if name != COMPILES_ANEW}
    code = subprocess.call(  # noqa: S603 - the commands stand above
        [str(BIN / program), *arguments, *more], cwd=ROOT, env=kept | {"PATH": path}
    )
    took_s = time.monotonic() - begin
    is_passed = code == 0 or (code == NO_TESTS and bool(more))  # a filter may leave a tier empty
    over = ", OVER ITS BUDGET" if took_s > stage.budget_min * 60 else ""
    verdict = "passed" if is_passed else f"FAILED ({code})"
    return is_passed, f"{stage.name:14} {verdict:12} {took_s:6.1f} s of {stage.budget_min} min{over}"


def main(arguments: list[str]) -> int:
    """Run all stages of one kind; answer 0 if all passed, 1 if not, 2 for wrong usage, 130 for Ctrl-C."""
    kind, *more = arguments or [""]
    if kind not in STAGES:
        say(f"usage: tools/run.py {'|'.join(STAGES)} [ARGUMENTS]")
        return 2
    try:
        results = [run_stage(stage, more) for stage in STAGES[kind]]
    except KeyboardInterrupt:
        say("stopped")
        return 130
    say(f"== {kind}")
    for _, line in results:
        say(line)
    return 0 if all(is_passed for is_passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
