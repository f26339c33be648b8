"""Gradio without the stubs for editors that it writes anew at each import.

For each of its components it parses its own sources, which costs 2.5 of the 6 CPU-seconds of `import gradio`,
and writes beside them, where an image has no room. It leaves out a component whose source is no file.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def no_stubs() -> Iterator[None]:
    """Import Gradio within: none of its components has a source file meanwhile."""
    kept = inspect.getfile
    inspect.getfile = _no_file  # type: ignore[assignment]  # it never returns
    try:
        yield
    finally:
        inspect.getfile = kept


def _no_file(_: object) -> NoReturn:
    raise OSError
