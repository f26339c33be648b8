"""The table of the processes of one `herdbook up`: live at the foot of a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.child import Child
from cli.console import DIM, GREEN, RED, YELLOW
from cli.foot import Foot
from cli.gauge import Gauge

LOOK_S = 2.0
STARTING, READY, TRAINING, ENDED = "starting", "ready", "training", "ended"
COLOURS = {STARTING: YELLOW, READY: GREEN, TRAINING: YELLOW, ENDED: RED}
HEADS = {"process": 0, "state": 0, "address": 56, "CPU": 72, "memory": 72, "log": 0}
"""The columns, each with the width of a terminal from which on there is room for it."""


@dataclass(frozen=True)
class Row:
    """One process as it stands: its share of one core and its bytes are None where nobody knows them."""

    process: str
    state: str
    address: str
    log: str
    cores: float | None = None
    memory_bytes: int | None = None


def state_of(child: Child) -> str:
    """Say in one word how a process stands."""
    if child.has_ended:
        return ENDED
    return READY if child.was_ready else STARTING


class Board:
    """Show how the children stand; a look at them is cheap, and only every two seconds a costly one.

    Parameters
    ----------
    console : Console
        Where the table goes. Without a terminal that can be written over it is there once, as plain lines.
    children : sequence of Child
        The processes, in the order of the table.
    logs : Path
        Folder of their logs.
    more : callable
        Gives further rows, such as a training that runs.
    said : callable
        Gives lines for below the table.
    """

    def __init__(
        self,
        console: Console,
        children: Sequence[Child],
        *,
        logs: Path,
        more: Callable[[], Sequence[Row]] = tuple,
        said: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._console, self._logs = console, logs
        self._gauges = {child: Gauge(child.tree) for child in children}
        self._more, self._said = more, said
        self._foot = Foot(console) if console.is_terminal and not console.is_dumb_terminal else None
        self._rows: list[Row] = []
        self._lines: tuple[str, ...] = ()
        self._drawn: object = None
        self._looked = float("-inf")

    def refresh(self) -> None:
        """Look again if it is time, and show what has changed, be it the size of the terminal."""
        ended = sum(child.has_ended for child in self._gauges)
        is_due = time.monotonic() - self._looked >= LOOK_S
        if is_due or ended:
            self._look()
        now = (self._console.size, self._lines, tuple(self._rows))
        if self._foot is not None and now != self._drawn:
            self._foot.paint(draw(self._rows, logs=self._logs, said=self._lines, width=self._console.width))
        elif self._drawn is None:
            say_plainly(self._console, self._rows, logs=self._logs)
        self._drawn = now

    def _look(self) -> None:
        self._looked = time.monotonic()
        self._rows = [*(self._row(child, gauge) for child, gauge in self._gauges.items()), *self._more()]
        self._lines = tuple(self._said())

    def _row(self, child: Child, gauge: Gauge) -> Row:
        usage, state = gauge.read(), state_of(child)
        if state == ENDED:
            return Row(child.name, state, child.address, child.log.name)
        return Row(child.name, state, child.address, child.log.name, usage.cores, usage.memory_bytes)


def draw(rows: Sequence[Row], *, logs: Path, said: Sequence[str], width: int = 80) -> RenderableType:
    """Draw the table, where the logs are, and what else is said below it."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=DIM)
    heads = [head for head, least in HEADS.items() if width >= least]
    for head in heads:
        table.add_column(head, justify="right" if head in {"CPU", "memory"} else "left", no_wrap=True)
    for row in rows:
        cells = _cells(row)
        table.add_row(*(cells[head] for head in heads))
    lines = [Text(line, style=DIM) for line in (f"logs in {logs}", *said)]
    return Padding(Group("", table, "", *lines), (0, 0, 0, 2))


def _cells(row: Row) -> dict[str, str | Text]:
    return {
        "process": row.process,
        "state": Text(row.state, style=COLOURS.get(row.state, "")),
        "address": row.address,
        "CPU": "" if row.cores is None else f"{row.cores:.0%}",
        "memory": "" if row.memory_bytes is None else f"{row.memory_bytes / 1e6:,.0f} MB",
        "log": row.log,
    }


def say_plainly(console: Console, rows: Sequence[Row], *, logs: Path) -> None:
    """Say once what runs where and what it writes to, a line for each process."""
    for row in rows:
        where = f" at {row.address}" if row.address else ""
        console.print(Text(f"  {row.process}: {row.state}{where}, log {logs / row.log}"), soft_wrap=True)
