"""The table of processes: live at the foot of a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from cli.board import Board, Row, draw
from cli.gauge import Gauge
from cli.supervisor import Supervisor

BUSY = (
    "import time\nkept = bytearray(30_000_000)\nprint('at work', flush=True)\nwhile True: time.process_time()"
)
ROWS = (
    Row("UI", "ready", "127.0.0.1:7860", "ui.log", 0.01, 182_000_000),
    Row("service", "starting", "", "service.log", None, 1_402_000_000),
    Row("data service", "ended", "127.0.0.1:8777", "data-service.log"),
    Row("training", "training", "tune 120 of 300", "log", 0.98, 388_000_000),
)
SAID = "animals:8b6e8e532c07 (generation 12) serves; 1,234,567 predictions answered"


def console(*, terminal: bool, width: int = 80) -> Console:
    """Make a console that writes to memory."""
    return Console(
        file=io.StringIO(), width=width, height=24, force_terminal=terminal, color_system=None, emoji=False
    )


def text_of(written: Console) -> str:
    """Return all that was written."""
    assert isinstance(written.file, io.StringIO)
    return written.file.getvalue()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """Run a supervisor of a busy process."""
    with Supervisor(tmp_path, dict(os.environ)) as supervisor:
        child = supervisor.start("UI", [sys.executable, "-c", BUSY], reads_events=True)
        assert child.process.stdout is not None
        child.process.stdout.readline()
        yield supervisor


def test_table_fits_80_columns_without_colours() -> None:
    """Each process has its line with state, address, cost and log; nothing is cut, folded or coloured."""
    written = console(terminal=False)

    written.print(draw(ROWS, logs=Path(".herdbook/state/logs"), said=[SAID]))

    lines = [line.rstrip() for line in text_of(written).splitlines()]
    assert max(map(len, lines)) <= 79
    assert "…" not in text_of(written)
    assert "\x1b" not in text_of(written)
    assert lines[2].split() == ["UI", "ready", "127.0.0.1:7860", "1%", "182", "MB", "ui.log"]
    assert lines[-2:] == ["  logs in .herdbook/state/logs", f"  {SAID}"]


@pytest.mark.integration
def test_board_is_said_once_where_no_terminal_is(supervisor: Supervisor, tmp_path: Path) -> None:
    """A pipe gets one line for each process, with the whole path of its log, and no more after that."""
    written = console(terminal=False, width=30)
    board = Board(written, supervisor.children, logs=tmp_path)

    for _ in range(3):
        board.refresh()

    assert text_of(written) == f"  UI: starting, log {tmp_path / 'ui.log'}\n"


@pytest.mark.integration
def test_board_is_said_once_on_a_dumb_terminal(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that cannot be written over is treated as a pipe."""
    monkeypatch.setenv("TERM", "dumb")
    written = console(terminal=True)
    board = Board(written, supervisor.children, logs=tmp_path)

    for _ in range(3):
        board.refresh()

    assert "\x1b" not in text_of(written)
    assert text_of(written).count("UI") == 1


@pytest.mark.integration
def test_board_on_a_terminal_shows_what_changes(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that gets ready and then ends is shown so; without a change nothing is written."""
    written = console(terminal=True)
    board = Board(written, supervisor.children, logs=tmp_path)
    board.refresh()
    first = text_of(written)
    board.refresh()
    assert text_of(written) == first

    (child,) = supervisor.children
    child.was_ready, child.address = True, "127.0.0.1:7860"
    monkeypatch.setattr("cli.board.LOOK_S", 0.0)
    board.refresh()
    child.process.kill()
    child.process.wait()
    board.refresh()

    second, third = text_of(written).removeprefix(first).split("\x1b[J")[:2]
    assert "ready" in second
    assert "127.0.0.1:7860" in second
    assert "ended" in third


@pytest.mark.integration
def test_gauge_measures_cpu_and_memory_of_the_whole_tree(supervisor: Supervisor) -> None:
    """The first look knows memory alone; the second how busy the process has been since."""
    gauge = Gauge(supervisor.children[0].tree)
    first = gauge.read()
    while (second := gauge.read()).cores == 0.0:
        pass

    assert first.cores is None
    assert first.memory_bytes > 30_000_000
    assert second.cores is not None
    assert second.cores > 0.0
