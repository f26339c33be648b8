"""griffe's hook: a literal block of a docstring, which `::` begins, becomes a block of Python in Markdown."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import griffe

LITERAL = re.compile(r"^( *)::\n\s*\n((?:\1    .*\n?|[ \t]*\n)+)", re.M)


def fence(text: str) -> str:
    r"""Turn literal blocks into fenced ones.

    >>> fence("Ask it.\n\n::\n\n    ask()\n    wait()\n\nThen go.\n")
    'Ask it.\n\n```python\nask()\nwait()\n```\n\nThen go.\n'
    """
    return LITERAL.sub(_fenced, text)


def _fenced(found: re.Match[str]) -> str:
    code = dedent(found[2]).strip("\n")
    block = "\n".join(f"{found[1]}{line}".rstrip() for line in ("```python", *code.split("\n"), "```"))
    rest = "\n" * (len(found[0]) - len(found[0].rstrip("\n")))
    return block + rest


class Literal(griffe.Extension):
    """Does so with every docstring of the site."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Take the docstring of an object that was just loaded."""
        if obj.docstring is not None:
            obj.docstring.value = fence(obj.docstring.value)
