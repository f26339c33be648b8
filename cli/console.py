"""Where the commands write: results on stdout, progress and errors on stderr, JSON where a program reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

GREEN, RED, YELLOW, DIM = "green", "red", "yellow", "bright_black"
PLAIN_WIDTH = 100


def stdout() -> Console:
    """Return a console on stdout; what it prints is never folded when a program reads it."""
    return _console(sys.stdout.isatty(), stderr=False)


def stderr() -> Console:
    """Return a console on stderr."""
    return _console(sys.stderr.isatty(), stderr=True)


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    width = None if is_terminal else PLAIN_WIDTH
    return Console(stderr=stderr, highlight=False, width=width, emoji=False, markup=False)


def say(sentence: str) -> None:
    """Print one sentence on stdout, as it is."""
    stdout().print(Text(sentence), soft_wrap=True)


def say_prose(sentences: str) -> None:
    """Print sentences on stdout, folded between words where a person reads them."""
    stdout().print(Text(sentences), soft_wrap=not sys.stdout.isatty())


def say_error(sentence: str) -> None:
    """Print one sentence on stderr, as it is."""
    line = Text.assemble(("herdbook: ", f"bold {RED}"), sentence)
    stderr().print(line, soft_wrap=not sys.stderr.isatty())


def say_aside(sentence: str) -> None:
    """Print on stderr, as it is, what a person should know although the command goes on."""
    stderr().print(Text(sentence, style=DIM), soft_wrap=not sys.stderr.isatty())


def say_json(answer: object) -> None:
    """Print one JSON document on stdout, on one line."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def say_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on stdout; columns of numbers stand right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, head in enumerate(heads):
        are_numbers = bool(rows) and all(_is_number(row[position]) for row in rows)
        table.add_column(head, justify="right" if are_numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_cell(cell)) for cell in row))
    stdout().print(table)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def duration(seconds: float) -> str:
    """Write a duration for a person: `0.4 s`, `12 s`, `3:07`.

    >>> duration(0.44), duration(12.3), duration(187)
    ('0.4 s', '12 s', '3:07')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    return f"{int(seconds + 0.5) // 60}:{int(seconds + 0.5) % 60:02d}"
