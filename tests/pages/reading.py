"""Reading a page in tests, as a browser would take it apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import orjson

ATTRIBUTES = {"src", "href", "action", "data", "poster", "srcset", "xlink:href"}


class Reading(HTMLParser):
    """A page taken apart: its elements, the text that is shown, its scripts and what it refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.references: list[str] = []
        self.scripts: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and what it refers to."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.references += [value for name, value in given.items() if name in ATTRIBUTES]
        self._inside = tag if tag in {"script", "style"} else ""
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - what ends is what began last
        """Note that a script or style has ended."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Note a text; a space that does not break reads as any other."""
        if self._inside == "script":
            self.scripts[-1] += data
        elif not self._inside:
            self.text += data.replace("\N{NO-BREAK SPACE}", " ")

    def named(self, tag: str) -> list[dict[str, str]]:
        """Give the attributes of all elements of a kind."""
        return [given for name, given in self.tags if name == tag]

    @property
    def plots(self) -> list[dict[str, Any]]:
        """The figures that the page gives to plotly."""
        found: list[dict[str, Any]] = orjson.loads(self.scripts[0])
        return found

    @property
    def sections(self) -> list[str]:
        """Ids of the page's sections."""
        return [given["id"] for given in self.named("section")]


def shown_in_plots(plots: list[dict[str, Any]]) -> str:
    """Join all texts of figures, entities and all."""
    return "\n".join(re.findall(r'"((?:[^"\\]|\\.)*)"', orjson.dumps(plots).decode()))
