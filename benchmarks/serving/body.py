"""Bodies on disk, where wrk reads them, and the right answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from benchmarks.serving.export import Kit
from benchmarks.serving.protocol import Protocol

DIFFERENT = {1: 256, 100: 32, 10_000: 2}
"""How many different bodies are posted in turn, by the records in each."""

AMONG = 64
"""One of so many is bad, where one is."""


@dataclass(frozen=True)
class Bodies:
    """Bodies of one kind.

    Attributes
    ----------
    folder
        Holds one file for each, named 0, 1, 2 …
    path
        Where they are posted to.
    bodies, labels
        Each body and the right labels of its records.
    """

    kit: Kit
    protocol: Protocol
    folder: Path
    path: str
    bodies: Sequence[bytes]
    labels: Sequence[Sequence[str]]

    def count_right(self, nth: int, answer: bytes) -> int:
        """Count the right labels in the answer to a body."""
        return self.protocol.count_right(self.kit, answer, self.labels[nth])

    def write(self) -> Bodies:
        """Write them to disk."""
        self.folder.mkdir(parents=True)
        for nth, body in enumerate(self.bodies):
            (self.folder / str(nth)).write_bytes(body)
        return self


def make_bodies(kit: Kit, protocol: Protocol, n_records: int, folder: Path) -> Bodies:
    """Make bodies that ask for so many records each, and write them."""
    n_all = len(kit.labels)
    asked = [
        [(nth * n_records + step) % n_all for step in range(n_records)] for nth in range(DIFFERENT[n_records])
    ]
    bodies = [protocol.ask(kit, places) for places in asked]
    labels = [[str(kit.labels[place]) for place in places] for places in asked]
    return Bodies(kit, protocol, folder, protocol.path(n_records), bodies, labels).write()


def spoil(bodies: Bodies, folder: Path) -> Bodies:
    """Put a record that no model may be asked about in place of every 64th: its weight is negative."""
    bad = orjson.dumps(orjson.loads(bodies.bodies[0]) | {"weight": -1.0})
    spoiled = [bad if nth % AMONG == AMONG - 1 else body for nth, body in enumerate(bodies.bodies)]
    return replace(bodies, bodies=spoiled, folder=folder).write()
