"""The progress that a person watches: live bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cli.allowance import Allowance
from cli.console import DIM, GREEN, RED, duration, stderr

REFRESHES_PER_S = 8
STEP_WIDTH = 14
LEFT_WIDTH = 10
WIDEST = 100
ECHO_WIDTH = 3
PLAIN_EVERY_S = 10.0


class Display:
    """Show steps as they run; implements `training.progress.Progress`.

    On a terminal the running step is one live line (spinner, bar, count, time left) and each finished step
    stays as a line with its note and time. Elsewhere a step says a line at its start, every ten seconds and
    at its end.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or stderr()
        self._live: Live | None = None
        self._lock = Lock()
        self._step: str | None = None
        self._total: int | None = None
        self._done = 0
        self._began = self._said = time.monotonic()
        self._spinner = Spinner("dots", style=GREEN)
        self._allowance: Allowance | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                console=self._console,
                get_renderable=self._running,
                refresh_per_second=REFRESHES_PER_S,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._step is not None and error is not None:
            was_stopped = isinstance(error, KeyboardInterrupt)
            self._end("stopped" if was_stopped else "failed", mark=("✗", RED))
        if self._live is not None:
            self._live.stop()

    def allow(self, allowance: Allowance) -> None:
        """Foretell no more time than a budget leaves."""
        self._allowance = allowance

    def start(self, step: str, total: int | None = None) -> None:
        """Begin a step of `total` units, or of an unknown number; a step left open ends first."""
        if self._step is not None:
            self.finish()
        with self._lock:
            self._step, self._total, self._done = step, total, 0
            self._began = self._said = time.monotonic()
        if self._live is None:
            self._plain("started" if total is None else f"started, {total:,} to do")

    def advance(self, units: int = 1) -> None:
        """Count finished units of the running step."""
        with self._lock:
            self._done += units
            now = time.monotonic()
            is_due = self._live is None and now - self._said >= PLAIN_EVERY_S
            if is_due:
                self._said = now
        if is_due:
            self._plain(f"{self._count()} {self._time_left()}")

    def finish(self, note: str = "") -> None:
        """End the running step with a short note of what came out."""
        if self._step is not None:
            self._end(note, mark=("✓", GREEN))

    def _end(self, note: str, *, mark: tuple[str, str]) -> None:
        took = duration(time.monotonic() - self._began)
        if self._live is None:
            self._plain(f"{note or 'done'} ({took})")
        else:
            self._console.print(end_row(self._console.width, self._step or "", note, took, mark=mark))
        self._step = None

    def _plain(self, said: str) -> None:
        self._console.print(Text(f"{self._step}: {said.strip()}"), soft_wrap=True)

    def _running(self) -> RenderableType:
        with self._lock:
            if self._step is None:
                return Group()
            name, detail = split_step(self._step)
            row = _row(self._console.width)
            middle = self._bar() if self._total is not None else Text(detail, style=DIM, overflow="ellipsis")
            elapsed = Text(duration(time.monotonic() - self._began), style=DIM)
            row.add_row(self._spinner, Text(name, style="bold"), middle, elapsed)
            if self._total is not None and detail:
                row.add_row("", "", Text(detail, style=DIM), "")
            return row

    def _bar(self) -> RenderableType:
        bar = Table.grid(expand=True, padding=(0, 2, 0, 0))
        bar.add_column(ratio=1)
        bar.add_column(justify="right", no_wrap=True)
        bar.add_column(justify="right", no_wrap=True, width=LEFT_WIDTH)
        shown = ProgressBar(total=max(self._total or 0, 1), completed=self._done, complete_style=GREEN)
        bar.add_row(shown, self._count(), Text(self._time_left(), style=DIM))
        return bar

    def _count(self) -> str:
        return f"{self._done:,}" if self._total is None else f"{self._done:,}/{self._total:,}"

    def _time_left(self) -> str:
        if not self._total or not self._done:
            return ""
        passed = time.monotonic() - self._began
        left_s = passed / self._done * max(self._total - self._done, 0)
        if self._allowance is not None:
            left_s = min(left_s, self._allowance.left_s())
        return f"{duration(left_s)} left"


def end_row(
    width: int, step: str, note: str, took: str, *, mark: tuple[str, str] = ("✓", GREEN)
) -> RenderableType:
    """Draw the line that stays of a step that has ended."""
    row = _row(width)
    row.add_row(Text(*mark), Text(split_step(step)[0]), Text(note), Text(took, style=DIM))
    return row


def _row(width: int) -> Table:
    # Room for the terminal's own echo of Ctrl-C: past the last column it would break the live line.
    row = Table.grid(expand=True, padding=(0, 1, 0, 0))
    row.width = min(width - ECHO_WIDTH, WIDEST)
    row.add_column(width=1)
    row.add_column(width=STEP_WIDTH, no_wrap=True)
    row.add_column(ratio=1, overflow="fold")
    row.add_column(justify="right", no_wrap=True)
    return row


def split_step(step: str) -> tuple[str, str]:
    """Part a step's name into what fits the narrow column and the rest.

    >>> split_step("ingest animals from http://127.0.0.1:8777")
    ('ingest', 'animals from http://127.0.0.1:8777')
    >>> split_step("data service")
    ('data service', '')
    """
    if len(step) <= STEP_WIDTH:
        return step, ""
    name, _, detail = step.partition(" ")
    return name[:STEP_WIDTH], detail
