"""What a person sees of long work."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli.allowance import Allowance
from cli.display import Display

WIDTH = 80


def console(*, terminal: bool) -> Console:
    """Make a console of 80 columns that writes to memory."""
    return Console(file=io.StringIO(), width=WIDTH, force_terminal=terminal, color_system=None, emoji=False)


def text_of(written: Console) -> str:
    """Return all that was written."""
    assert isinstance(written.file, io.StringIO)
    return written.file.getvalue()


def test_display_says_start_count_and_note_in_plain_lines() -> None:
    """Without a terminal each step is a line at its start and one at its end."""
    written = console(terminal=False)

    with Display(written) as display:
        display.start("tune", 300)
        display.advance(300)
        display.finish("300 fits")

    lines = text_of(written).splitlines()
    assert lines[0] == "tune: started, 300 to do"
    assert lines[1].startswith("tune: 300 fits (")


def test_display_shows_bar_count_and_time_left_on_a_terminal() -> None:
    """The running line holds the count and an estimate, within 80 columns."""
    written = console(terminal=True)

    with Display(written) as display:
        display.start("tune", 300)
        display.advance(100)
        display._live.refresh()

    assert "100/300" in text_of(written)
    assert "left" in text_of(written)


def test_display_foretells_no_more_than_a_budget_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that ends with its budget does not take as long as all its fits would."""
    written = console(terminal=True)
    monkeypatch.setattr("cli.allowance.LOOK_S", 0.0)

    with Display(written) as display:
        display.allow(Allowance(60.0, lambda: 60.0))
        display.start("tune", 1_000_000)
        display.advance(1)
        display._live.refresh()

    assert "0.0 s left" in text_of(written)


def test_display_is_plain_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that cannot be written over gets the lines that a pipe gets."""
    monkeypatch.setenv("TERM", "dumb")
    written = console(terminal=True)

    with Display(written) as display:
        display.start("tune", 300)
        display.finish("300 fits")

    assert text_of(written).startswith("tune: started, 300 to do\ntune: 300 fits (")


def test_display_says_that_the_running_step_was_stopped() -> None:
    """Ctrl-C leaves a line that says which step it stopped."""
    written = console(terminal=True)

    def work() -> None:
        with Display(written) as display:
            display.start("tune", 300)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert "✗ tune           stopped" in text_of(written)


def test_display_parts_a_long_step_name() -> None:
    """A name that does not fit its column loses its detail in the final line."""
    written = console(terminal=True)

    with Display(written) as display:
        display.start("ingest animals from http://127.0.0.1:8777/api/v1/animals/data")
        display.finish("2,000 records")

    assert "✓ ingest         2,000 records " in text_of(written)
