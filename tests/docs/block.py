"""The fenced blocks of a Markdown file, and whether an answer looks as the document says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

RUN = ("bash", "console", "json", "python")  # any other language is shown and not run
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)``` *$", flags=re.M | re.S
)
ANYTHING = "…"


class Block(NamedTuple):
    """One fenced block, and where it stands."""

    path: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """File and line, for a sentence to a person."""
        return f"{self.path.name}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """Return the blocks of a Markdown file that are to be run, in order."""
    document = path.read_text(encoding="utf-8")
    blocks = []
    for match in FENCE.finditer(document):
        line = document.count("\n", 0, match.start()) + 1
        text = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.M)
        blocks.append(Block(path, line, match["language"], text))
    return [block for block in blocks if block.language in RUN]


def is_like(shown: object, got: object) -> bool:
    """Tell whether a JSON value is one that the shown value stands for.

    Numbers stand for any number, and `…` in a string for any text; an object has exactly the shown names,
    or at least those if `"…"` is among them; every element of an array is like one of the shown.
    """
    if isinstance(shown, dict):
        names = set(shown) - {ANYTHING}
        return (
            isinstance(got, dict)
            and (names <= set(got) if ANYTHING in shown else names == set(got))
            and all(is_like(shown[name], got[name]) for name in names)
        )
    if isinstance(shown, list):
        return isinstance(got, list) and all(any(is_like(one, item) for one in shown) for item in got)
    if isinstance(shown, str):
        return isinstance(got, str) and is_line_like(shown, got)
    if isinstance(shown, bool) or shown is None:
        return shown is got
    return isinstance(got, int | float) and not isinstance(got, bool)


def is_line_like(shown: str, got: str) -> bool:
    """Tell whether a text is the shown one, in which `…` stands for any text."""
    return re.fullmatch(".*".join(map(re.escape, shown.split(ANYTHING))), got, re.S) is not None


def is_json_like(shown: str, got: str) -> bool:
    """Tell whether a JSON text is one that the shown text stands for."""
    try:
        answer = json.loads(got)
    except ValueError:
        return False
    return is_like(json.loads(shown), answer)


def steps_of(text: str) -> list[tuple[str, str]]:
    """Split a console block at its `$ ` lines into commands and what each prints."""
    parts = re.split(r"^\$ ", text, flags=re.M)[1:]
    return [(command, printed.strip()) for command, _, printed in (part.partition("\n") for part in parts)]
