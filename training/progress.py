"""How long work tells what it is doing: a protocol that a display implements, and a silent one."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each step of long work; one step runs at a time."""

    def start(self, step: str, total: int | None = None) -> None:
        """Begin a step of `total` units, or of an unknown number."""
        ...

    def advance(self, units: int = 1) -> None:
        """Count finished units of the running step; may be called from any thread."""
        ...

    def finish(self, note: str = "") -> None:
        """End the running step with a short note of what came out."""
        ...


class Quiet:
    """A progress that shows nothing."""

    def start(self, step: str, total: int | None = None) -> None:
        """Ignore."""

    def advance(self, units: int = 1) -> None:
        """Ignore."""

    def finish(self, note: str = "") -> None:
        """Ignore."""


QUIET = Quiet()
