"""Turns that go wrong: what one of them loses is its own alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.serving import protocol
from benchmarks.serving.__main__ import ignore, turn
from benchmarks.serving.absent import AbsentError
from benchmarks.serving.ask import wait_first
from benchmarks.serving.body import make_bodies
from benchmarks.serving.export import Kit
from benchmarks.serving.load import Case
from benchmarks.serving.measure import free_port
from benchmarks.serving.option import read_options
from benchmarks.serving.roster import Contestant
from benchmarks.serving.run import Site
from benchmarks.serving.server import Server
from benchmarks.serving.turn import Turn


def test_turn_of_a_server_that_ended_names_each_case(kit: Kit, tmp_path: Path) -> None:
    """No case is measured, and each says with which status and last words the server ended."""
    core = min(os.sched_getaffinity(0))
    bodies = make_bodies(kit, protocol.TENSOR, 1, tmp_path / "bodies")
    command = [sys.executable, "-c", "import sys; print('no memory'); sys.exit(3)"]

    with Server(command, environment={}, cwd=tmp_path, core=core, log=tmp_path / "log") as server:
        with pytest.raises(AbsentError):
            wait_first(server, free_port(), bodies)
        loads, failed = Turn(server, free_port(), 1.0).run({Case(1): bodies, Case(64): bodies})

    assert loads == []
    assert failed == dict.fromkeys(("1x1-json", "64x1-json"), "its server ended with 3: no memory")


def test_turn_that_breaks_is_told_as_absence(kit: Kit, tmp_path: Path) -> None:
    """Whatever is wrong with one, such as a folder that is missing, the run goes on without it."""
    nobody = Contestant("nobody", "Nobody", "peer", (), protocol.TENSOR)

    said = turn(read_options([]), nobody, kit, Site(tmp_path, tmp_path, 0), 1)

    assert said == {"absent": "it broke off: FileNotFoundError"}


def test_reason_of_an_absence_names_no_place() -> None:
    """What a server said last is published, but not where things lie on the machine."""
    error = AbsentError("no /opt/somewhere/x.so: it does not take application/json at /predict")

    assert str(error) == "no …: it does not take application/json at /predict"


def test_options_say_where_everything_lies(tmp_path: Path) -> None:
    """One folder holds models, environments and results, unless another is named for them."""
    options = read_options(["--work", str(tmp_path)])

    assert options.keep_envs == tmp_path / "envs"
    assert options.json == tmp_path / "results.json"


def test_folder_that_ignores_something_already_is_left_so(tmp_path: Path) -> None:
    """`--work` may be any folder, such as one under version control."""
    (tmp_path / "new").mkdir()
    (tmp_path / ".gitignore").write_text("*.pyc\n")

    ignore(tmp_path)
    ignore(tmp_path / "new")

    assert (tmp_path / ".gitignore").read_text() == "*.pyc\n"
    assert (tmp_path / "new" / ".gitignore").read_text() == "*\n"
