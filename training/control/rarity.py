"""Classes with too few records to claim anything about."""

from __future__ import annotations

import numpy as np

from training.control.finding import Evidence, Finding
from training.interval import wilson

NAME, TITLE = "rare_classes", "Every class has enough records to claim something about"
WIDEST = 0.4
"""A 95 % interval wider than this, at a recall of one half, says next to nothing about the class."""


def check_rarity(evidence: Evidence) -> Finding:
    """Find the classes whose recall could not be told within 20 points either way, whatever it is."""
    counts = np.bincount(evidence.y, minlength=len(evidence.classes))
    fewest = fewest_records()
    rare = {name: int(n) for name, n in zip(evidence.classes, counts, strict=True) if n < fewest}
    facts = {"fewest_records": fewest, "widest_interval": WIDEST, "rare": rare}
    if not rare:
        smallest = int(counts.argmin())
        says = (
            f"Every class has at least {fewest} records (the rarest, {evidence.classes[smallest]!r}, has "
            f"{counts[smallest]:,}), so the recall of each is known within {WIDEST / 2:.0%} either way, or better."
        )
        return Finding(NAME, TITLE, True, says.replace("%", " %"), facts)
    named = ", ".join(f"{name!r} ({n})" for name, n in list(rare.items())[:5]) + (
        ", …" if len(rare) > 5 else ""
    )
    says = (
        f"{named} {'has' if len(rare) == 1 else 'have'} fewer than {fewest} records: the 95 % interval of a recall "
        f"can be wider than {100 * WIDEST:.0f} points, so claim nothing about "
        f"{'it' if len(rare) == 1 else 'them'} and gather more records."
    )
    return Finding(NAME, TITLE, False, says, facts)


def fewest_records() -> int:
    """Give the fewest records for which Wilson's interval of one half is no wider than the bound."""
    n = 2
    while (found := wilson(n // 2, n)).high - found.low > WIDEST:
        n += 2
    return n
