"""Where a roll back leads, as the service finds it: said before it is asked for, and asked for by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Generation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WayBack:
    """From the generation that a page shows as current to an earlier one, whose champion serves again."""

    from_generation: int
    to: int
    champion: str

    def say(self, current: str | None) -> str:
        """Say what rolling back would do."""
        return f"Rolling back from {current} lets {self.champion} of generation {self.to} serve again."


def find_way_back(generations: Sequence[Generation]) -> WayBack | None:
    """Find the champion before the current one; None, if there is no other.

    A champion that was rolled back from is skipped: a second roll back goes one further back, not forth.
    """
    history = {one["number"]: one for one in generations}
    if not history:
        return None
    newest = history[max(history)]
    here = _standing(history, newest)
    for number in range(here["number"] - 1, 0, -1):
        if number in history and number < here["number"]:
            here = _standing(history, history[number])
            if here["champion"] != newest["champion"]:
                return WayBack(newest["number"], here["number"], here["champion"])
    return None


def _standing(history: Mapping[int, Generation], generation: Generation) -> Generation:
    """Give the generation that one stands for: what it rolled back to, if it did."""
    while 0 < (target := (generation.get("evidence") or {}).get("rolled_back_to", 0)) < generation["number"]:
        generation = history[target]
    return generation
