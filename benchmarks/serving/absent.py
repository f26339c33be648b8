"""Why somebody does not take part."""

from __future__ import annotations

import re

PATH = re.compile(r"(?<!\w)(/[\w.@+-]+){2,}")
"""An absolute path of more than one part."""


class AbsentError(Exception):
    """A contestant cannot be measured here; its message says why, and stands in the table.

    The message may come from anywhere, and is published: places on this machine are taken out of it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(PATH.sub("…", why))
