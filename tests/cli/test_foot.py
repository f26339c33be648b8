"""The block at the foot of a terminal, played on a small terminal of the test's own."""

from __future__ import annotations

import io
import re

from rich.console import Console

from cli.foot import Foot

MARK = re.compile(r"\x1b\[(\d*)([A-Za-z])")


class Screen(io.StringIO):
    """A terminal that knows the few marks a foot writes, and folds as it becomes narrower."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width, self.rows, self.row, self.column = width, [""], 0, 0

    def write(self, text: str, /) -> int:
        """Take text and marks."""
        for mark, amount, letter in (
            (m[0], *m.groups()) if (m := MARK.match(p)) else (p, "", "") for p in _parts(text)
        ):
            self._mark(letter, int(amount or 1)) if letter else self._type(mark)
        return len(text)

    def _mark(self, letter: str, amount: int) -> None:
        if letter == "A":
            self.row = max(self.row - amount, 0)
        elif letter == "K":
            self.rows[self.row] = self.rows[self.row][: self.column]
        elif letter == "J":
            self.rows[self.row] = self.rows[self.row][: self.column]
            del self.rows[self.row + 1 :]

    def _type(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.row, self.column = self.row + 1, 0
            self.rows += [""] * (self.row + 1 - len(self.rows))
        else:
            line = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = line[: self.column] + letter + line[self.column + 1 :]
            self.column += 1

    def narrow(self, width: int) -> None:
        """Fold every line that has become too long, as terminals do."""
        folded = [line[at : at + width] for line in self.rows for at in range(0, max(len(line), 1), width)]
        self.width, self.rows, self.row = width, folded, len(folded) - 1


def _parts(text: str) -> list[str]:
    return re.findall(r"\x1b\[\d*[A-Za-z]|.|\n", text)


def foot_on(screen: Screen, height: int = 24) -> tuple[Foot, Console]:
    """Make a foot on the screen."""
    console = Console(
        file=screen,
        width=screen.width,
        height=height,
        force_terminal=True,
        color_system=None,
        legacy_windows=False,
    )
    return Foot(console), console


def test_foot_writes_over_what_it_wrote() -> None:
    """A longer, then a shorter block leave nothing of the ones before, and what stood above stays."""
    screen = Screen(80)
    foot, console = foot_on(screen)
    console.print("above")

    for block in ("one line", "a longer line\nand a second", "last"):
        foot.paint(block)

    assert screen.rows == ["above", "last", ""]


def test_foot_counts_what_a_narrower_terminal_has_folded() -> None:
    """After the terminal became narrower the block stands once, cut to the new width."""
    screen = Screen(80)
    foot, console = foot_on(screen)
    console.print("above")
    foot.paint("x" * 60 + "\nshort")

    screen.narrow(25)
    console.width = 25
    foot.paint("x" * 60 + "\nshort")

    assert screen.rows == ["above", "x" * 23 + "…", "short", ""]


def test_foot_never_goes_above_the_screen() -> None:
    """On a terminal of few lines the block is cut: nothing scrolls at each paint."""
    screen = Screen(80)
    foot, _ = foot_on(screen, height=3)

    for _ in range(3):
        foot.paint("one\ntwo\nthree\nfour")

    assert screen.rows == ["one", "two", ""]


def test_foot_goes_out_in_one_write() -> None:
    """Nothing is wiped before it is written: a paint is one write, with its marks at the ends of lines."""

    class Counted(Screen):
        writes = 0

        def write(self, text: str, /) -> int:
            self.writes += bool(text)
            return super().write(text)

    screen = Counted(80)
    foot, _ = foot_on(screen)
    foot.paint("one\ntwo")

    foot.paint("one\nthree")

    assert screen.writes == 2
    assert screen.rows == ["one", "three", ""]
