"""What the doctor finds about Python and the installed packages."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata

from cli.child import ROOT

PYTHONS = ((3, 11), (3, 13))
INSTALL = "make up, or: python3 bootstrap.py"
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?(?P<bounds>[^;]*)(?P<marker>;.*)?")
BOUND = re.compile(r"(>=|<|==)\s*([0-9.]+)")


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was examined, what was found, and what to do about it."""

    name: str
    state: State
    said: str
    cure: str = ""


def examine_python(_: str | None = None) -> Iterator[Finding]:
    """Examine the interpreter and the operating system."""
    version, (oldest, newest) = sys.version_info[:2], PYTHONS
    said = f"{sys.version.split()[0]} on {sys.platform}"
    if not oldest <= version <= newest:
        wanted = f"{oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}"
        yield Finding("python", State.WRONG, said, f"use CPython {wanted}")
    elif sys.platform == "win32":
        yield Finding("python", State.WRONG, said, "run the server in WSL2 or a container")
    else:
        yield Finding("python", State.OK, said)


def examine_installation(_: str | None = None) -> Iterator[Finding]:
    """Examine whether every declared dependency is installed in a version that was allowed for."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wrong = [problem for requirement in declared if (problem := _problem(requirement))]
    for problem in wrong:
        yield Finding("packages", State.WRONG, problem, INSTALL)
    if not wrong:
        yield Finding("packages", State.OK, f"{len(declared)} declared packages are installed as declared")


def _problem(requirement: str) -> str | None:
    """Say what is wrong with one requirement; markers are for Windows only, where no server runs."""
    match = REQUIREMENT.fullmatch(requirement.strip())
    if match is None:
        return f"{requirement!r} is no requirement"
    try:
        installed = metadata.version(match["name"])
    except metadata.PackageNotFoundError:
        return f"{match['name']} is not installed"
    for relation, bound in BOUND.findall(match["bounds"]):
        if not _holds(_numbers(installed), relation, _numbers(bound)):
            return f"{match['name']} is {installed}, expected {match['bounds'].strip()}"
    return None


def _holds(installed: tuple[int, ...], relation: str, bound: tuple[int, ...]) -> bool:
    width = max(len(installed), len(bound))
    mine, its = (numbers + (0,) * (width - len(numbers)) for numbers in (installed, bound))
    return {">=": mine >= its, "<": mine < its, "==": mine == its}[relation]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4])
