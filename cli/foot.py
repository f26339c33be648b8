"""Lines at the foot of a terminal that are written over in place."""

from __future__ import annotations

from math import ceil
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

UP = "\x1b[{}A"
CLEAR_LINE, CLEAR_BELOW = "\x1b[K", "\x1b[J"


class Foot:
    """Keep one block at the end of what a terminal shows.

    A block goes out in one write, over the one before it and not after it has been wiped: nothing flickers.
    The cursor rests below it, where the terminal's echo of Ctrl-C breaks no line. What a terminal that has
    become narrower folded meanwhile is counted with the lines that it takes now.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._widths: list[int] = []

    def paint(self, block: RenderableType) -> None:
        """Put the block where the last one is."""
        lines = self._lines(block)
        back = self._back()
        self._widths = [line.cell_len for line in lines]
        written = "".join(f"{self._render(line, end='')}{CLEAR_LINE}\n" for line in lines)
        self._console.file.write(f"{back}{written}{CLEAR_BELOW}")
        self._console.file.flush()

    def _lines(self, block: RenderableType) -> list[Text]:
        """Render what fits: never past the last column, never more than the screen has above the cursor."""
        width, height = self._console.size
        drawn = self._render(block, width=width - 1, no_wrap=True, overflow="ellipsis")
        lines = [Text.from_ansi(line) for line in drawn.splitlines()][: height - 1]
        for line in lines:
            # A narrower terminal would fold blanks as it folds words.
            line.rstrip()
        return lines

    def _render(self, block: RenderableType, **how: Any) -> str:
        with self._console.capture() as capture:
            self._console.print(block, **how)
        return capture.get()

    def _back(self) -> str:
        width, height = self._console.size
        rows = sum(max(ceil(cells / width), 1) for cells in self._widths)
        return f"\r{UP.format(min(rows, height - 1))}" if rows else "\r"
