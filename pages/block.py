"""What a page is made of: sections of plots, tables, cards, checks and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pages.identity import Identity
from pages.strip import Strip


@dataclass(frozen=True)
class Cell:
    """One cell of a table: a text, a smaller one behind it, and how it is marked."""

    text: str
    detail: str = ""
    mark: str = ""
    identity: Identity | None = None
    strip: Strip | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells or plain texts under heads; figures stand below a head that begins with `#`."""

    kind: ClassVar[str] = "table"
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Plot:
    """A figure for plotly, the sentence that says what it shows, and its finding in words."""

    kind: ClassVar[str] = "plot"
    id: str
    title: str
    says: str
    figure: dict[str, Any]
    finding: str
    height: int = 360
    width: int | None = None


@dataclass(frozen=True)
class Facts:
    """Names and values side by side."""

    kind: ClassVar[str] = "facts"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Prose:
    """Paragraphs."""

    kind: ClassVar[str] = "prose"
    paragraphs: Sequence[str]
    mark: str = ""


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    kind: ClassVar[str] = "points"
    sentences: Sequence[str]
    title: str = ""


@dataclass(frozen=True)
class Check:
    """A question that was put to the figures, and its outcome: passed, warned or not asked."""

    title: str
    passed: bool | None
    says: str
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Checks:
    """A list of checks."""

    kind: ClassVar[str] = "checks"
    checks: Sequence[Check]


@dataclass(frozen=True)
class Fold:
    """What is shown when it is asked for."""

    kind: ClassVar[str] = "fold"
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Card:
    """One thing among its like."""

    identity: Identity
    subtitle: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Cards:
    """Things beside each other."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[Card]


Block = Table | Plot | Facts | Prose | Points | Checks | Fold | Cards


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading."""

    id: str
    title: str
    says: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Tile:
    """One figure of the verdict, set large."""

    value: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a page says first."""

    sentences: Sequence[str]
    tiles: Sequence[Tile] = field(default=())
    warning: str = ""


@dataclass(frozen=True)
class Page:
    """All that a page shows."""

    kicker: str
    title: str
    facts: Sequence[tuple[str, str]]
    verdict: Verdict
    sections: Sequence[Section]

    def plots(self) -> list[Plot]:
        """List the plots, in the order in which they stand on the page."""
        return [plot for section in self.sections for plot in _plots(section.blocks)]


def _plots(blocks: Sequence[Block]) -> list[Plot]:
    found: list[Plot] = []
    for block in blocks:
        if isinstance(block, Plot):
            found.append(block)
        elif isinstance(block, Fold):
            found += _plots(block.blocks)
        elif isinstance(block, Cards):
            found += [plot for card in block.cards for plot in _plots(card.blocks)]
    return found


def present(*blocks: Block | None) -> list[Block]:
    """Leave out what is not there."""
    return [block for block in blocks if block is not None]
